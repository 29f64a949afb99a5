import type { CmqFailure, HttpProblem } from './http-problem';

/** A request to CMQ failed. The message says what happened, and what to do where that is known. */
export class CmqError extends Error {
  override readonly name = 'CmqError';

  constructor(
    /** `cmq-` and the code of the answer, or `network`, `tls`, `timeout`, `redirect`, `not-json`, `wrong-answer`, `too-large`. */
    readonly code: string,
    readonly failure: CmqFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The error of an exchange that brought no answer of a queue. */
export function errorOfProblem({ code, failure, message }: HttpProblem, cause?: unknown): CmqError {
  return new CmqError(code, failure, message, { cause });
}

/** Codes of answers with a meaning of their own. */
export const OK = 0;
export const NO_MESSAGE = 7000;
export const DELETED_PARTLY = 6010;
export const DELETED_NONE = 6020;

interface CodeMeaning {
  readonly failure: CmqFailure;
  readonly meaning: string;
}

const PRODUCER: CodeMeaning = { failure: 'unavailable', meaning: 'This code is meant for senders.' };
const THROTTLED: CodeMeaning = {
  failure: 'throttled',
  meaning: 'There are more requests than the queue allows. It is tried again more slowly.',
};
const INTERNAL: CodeMeaning = { failure: 'unavailable', meaning: 'The service has an internal error.' };

/** Error codes of the vendor's documentation, without those of single handles. Others count as `unavailable`. */
const MEANINGS: ReadonlyMap<number, CodeMeaning> = new Map<number, CodeMeaning>([
  [
    4000,
    {
      failure: 'configuration',
      meaning: 'A parameter is not right: compare the queue’s name and the path of the endpoint with the console.',
    },
  ],
  [
    4100,
    {
      failure: 'configuration',
      meaning:
        'The key is not accepted: check SecretId and SecretKey, their rights for this queue, and this machine’s clock.',
    },
  ],
  [4300, { failure: 'configuration', meaning: 'The account is overdue: settle it in the console.' }],
  [4400, PRODUCER],
  [4410, PRODUCER],
  [4420, THROTTLED],
  [
    4440,
    {
      failure: 'configuration',
      meaning: 'There is no such queue: create it, or check its name and the region of the endpoint.',
    },
  ],
  [4470, PRODUCER],
  [4480, THROTTLED],
  [6000, INTERNAL],
  [6050, INTERNAL],
  [
    6070,
    {
      failure: 'unavailable',
      meaning: 'Too many messages are received and not deleted: see what else reads this queue.',
    },
  ],
]);

/** The error for an answer whose code is neither success nor an empty poll. */
export function errorOfCode(code: number, message: string, clockDifference: string): CmqError {
  const { failure, meaning } = MEANINGS.get(code) ?? { failure: 'unavailable', meaning: 'This code is not known.' };
  const about = code === 4100 && clockDifference !== '' ? ` ${clockDifference}` : '';
  return new CmqError(`cmq-${code}`, failure, `The queue answered ${code} ${message}. ${meaning}${about}`);
}
