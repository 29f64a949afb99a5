export { makeCmqClient, MAX_BATCH } from './client';
export type { CmqClient, CmqClientOptions, CmqMessage, FailedDelete, ReceiveMessagesOptions } from './client';
export { CmqError } from './cmq-error';
export { readEndpoint } from './endpoint';
export type { CmqEndpoint } from './endpoint';
export type { SignatureMethod } from './signature';
export { clockDifference, connectionProblem, noAnswerWithin, notOfAQueue, readBody, redirectIn } from './http-problem';
export type { CmqFailure, HttpAnswer, HttpProblem } from './http-problem';
