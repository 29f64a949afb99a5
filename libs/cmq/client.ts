import { randomInt } from 'node:crypto';
import { exactBytes, isObject, numberOf, readable, readAnswer, type CmqAnswer } from './answer';
import { CmqError, DELETED_NONE, DELETED_PARTLY, errorOfCode, NO_MESSAGE, OK } from './cmq-error';
import type { CmqEndpoint } from './endpoint';
import { makeHttpPost } from './http-post';
import { clockDifference } from './http-problem';
import { signRequest, type SignatureMethod } from './signature';

export interface CmqClientOptions {
  readonly endpoint: CmqEndpoint;
  readonly queue: string;
  readonly secretId: string;
  readonly secretKey: string;
  /** Default `HmacSHA256`. */
  readonly signatureMethod?: SignatureMethod;
  /** How long an answer may take beyond the time that the queue may wait. Default 10 s. */
  readonly marginMs?: number;
  /** Bytes of an answer at most. Default 32 MiB: 16 messages of 1 MB, with escapes. */
  readonly maxAnswerBytes?: number;
}

/** A message as it was received. Members that the answer lacks are undefined. */
export interface CmqMessage {
  /** The exact bytes of `msgBody`; of a message without one, the JSON of the whole message. */
  readonly body: Buffer;
  readonly hasBody: boolean;
  readonly msgId: string | undefined;
  /** Valid until the message becomes visible again. */
  readonly receiptHandle: string | undefined;
  /** Unix seconds. */
  readonly enqueueTime: number | undefined;
  /** How often it was received. */
  readonly dequeueCount: number | undefined;
}

/** A handle whose message was not deleted: it becomes visible again. */
export interface FailedDelete {
  readonly receiptHandle: string;
  /** 4430: the handle is no longer valid. */
  readonly code: number | undefined;
  readonly message: string;
}

export interface ReceiveMessagesOptions {
  /** 1 to 16. */
  readonly max: number;
  /** How long the queue waits for a message, 0 to 30. */
  readonly waitSeconds: number;
  readonly signal?: AbortSignal;
  /** Asked with the bytes of each part of the answer; false gives it up, with the failure `too-large`. Default: always true. */
  readonly mayHold?: (bytes: number) => boolean;
}

/** A client of one queue of CMQ, or of TDMQ's CMQ. All methods reject with a `CmqError`, or with the reason of the signal. */
export interface CmqClient {
  /** Waits for messages; none is an empty list. */
  receive(options: ReceiveMessagesOptions): Promise<readonly CmqMessage[]>;
  /** Deletes messages, up to 16 at once; answers those that were not deleted. */
  delete(receiptHandles: readonly string[], signal?: AbortSignal): Promise<readonly FailedDelete[]>;
  /** The numbers that GetQueueAttributes answers, by their names. */
  attributes(signal?: AbortSignal): Promise<Readonly<Record<string, number>>>;
  close(): void;
}

/** Messages that one request may receive or delete. */
export const MAX_BATCH = 16;

const MIB = 1024 * 1024;

export function makeCmqClient(options: CmqClientOptions): CmqClient {
  const { endpoint, queue, marginMs = 10_000, maxAnswerBytes = 32 * MIB } = options;
  const http = makeHttpPost(endpoint);
  const call = async (
    action: string,
    own: Record<string, string>,
    waitMs: number,
    { signal, mayHold }: Pick<ReceiveMessagesOptions, 'signal' | 'mayHold'>,
  ) => {
    const form = signedForm(options, { Action: action, queueName: queue, ...own });
    const given = await http.send(form, { timeoutMs: waitMs + marginMs, maxBytes: maxAnswerBytes, signal, mayHold });
    const answer = readAnswer(given);
    return { ...answer, error: () => errorOfCode(answer.code, answer.message, clockDifference(given.headers.date)) };
  };
  return {
    async receive({ max, waitSeconds, ...reading }) {
      const own = { numOfMsg: String(max), pollingWaitSeconds: String(waitSeconds) };
      const answer = await call('BatchReceiveMessage', own, waitSeconds * 1000, reading);
      if (answer.code === NO_MESSAGE) return [];
      if (answer.code !== OK) throw answer.error();
      return messagesIn(answer);
    },
    async delete(receiptHandles, signal) {
      if (receiptHandles.length === 0) return [];
      const own = Object.fromEntries(receiptHandles.map((handle, at) => [`receiptHandle.${at + 1}`, handle]));
      const answer = await call('BatchDeleteMessage', own, 0, { signal });
      if (answer.code === OK) return [];
      if (answer.code !== DELETED_PARTLY && answer.code !== DELETED_NONE) throw answer.error();
      return failedIn(answer, receiptHandles);
    },
    async attributes(signal) {
      const answer = await call('GetQueueAttributes', {}, 0, { signal });
      if (answer.code !== OK) throw answer.error();
      const numbers = Object.entries(answer.members).map(([name, value]) => [name, numberOf(value)] as const);
      return Object.fromEntries(numbers.filter((entry): entry is [string, number] => entry[1] !== undefined));
    },
    close: () => http.close(),
  };
}

function signedForm(options: CmqClientOptions, own: Readonly<Record<string, string>>): string {
  const { endpoint, secretId, secretKey, signatureMethod = 'HmacSHA256' } = options;
  const parameters = {
    ...own,
    Nonce: String(randomInt(1, 2 ** 31)),
    Timestamp: String(Math.floor(Date.now() / 1000)),
    RequestClient: 'mps-ledger',
    SecretId: secretId,
    SignatureMethod: signatureMethod,
  };
  const { host, path } = endpoint;
  const Signature = signRequest({ host, path, parameters }, secretKey, signatureMethod);
  return new URLSearchParams({ ...parameters, Signature }).toString();
}

function messagesIn({ members }: CmqAnswer): readonly CmqMessage[] {
  const list = members['msgInfoList'];
  if (!Array.isArray(list))
    throw new CmqError('wrong-answer', 'unavailable', 'The queue answered 0, and no list msgInfoList.');
  return list.map(messageOf);
}

function messageOf(given: unknown): CmqMessage {
  const message = isObject(given) ? given : {};
  const { msgBody } = message;
  const hasBody = typeof msgBody === 'string';
  return {
    body: exactBytes(hasBody ? msgBody : given),
    hasBody,
    msgId: readable(message['msgId']),
    receiptHandle: readable(message['receiptHandle']),
    enqueueTime: numberOf(message['enqueueTime']),
    dequeueCount: numberOf(message['dequeueCount']),
  };
}

/** The handles of an answer's `errorList`; all, where it does not say which. */
function failedIn({ code, message, members }: CmqAnswer, handles: readonly string[]): readonly FailedDelete[] {
  const list: readonly unknown[] = Array.isArray(members['errorList']) ? members['errorList'] : [];
  const failed = list.filter(isObject).flatMap((entry) => {
    const receiptHandle = readable(entry['receiptHandle']);
    if (receiptHandle === undefined) return [];
    return [{ receiptHandle, code: numberOf(entry['code']), message: readable(entry['message']) ?? '' }];
  });
  return failed.length > 0 ? failed : handles.map((receiptHandle) => ({ receiptHandle, code, message }));
}
