import { CmqError, makeCmqClient, type CmqClientOptions, type CmqMessage } from '@mps-ledger/cmq';
import { noRoom, QueueFailure, type NotificationQueue, type QueueMessage } from '../queue/notification-queue';

/** How long a poll waits: longer polls make TDMQ deliver more duplicates, by its documentation. */
const POLL_SECONDS = 3;

/** TDMQ's default of the maximum unacknowledged time. */
const DEFAULT_MAX_UNACKED_SECONDS = 3600;

export interface CmqNotificationQueueOptions extends Pick<
  CmqClientOptions,
  'endpoint' | 'queue' | 'secretId' | 'secretKey'
> {
  /** The queue's maximum unacknowledged time, counted from sending. Default one hour, as in the console. */
  readonly maxUnackedSeconds?: number;
}

/** A queue of (TDMQ-)CMQ as a queue of notifications. */
export function makeCmqNotificationQueue(options: CmqNotificationQueueOptions): NotificationQueue {
  const { endpoint, queue, maxUnackedSeconds = DEFAULT_MAX_UNACKED_SECONDS } = options;
  const client = makeCmqClient(options);
  return {
    place: `${endpoint.protocol}//${endpoint.host}${endpoint.path}, queue ${queue}`,
    maxUnackedMs: maxUnackedSeconds * 1000,
    receive: (max, signal, held) =>
      known(async () => {
        const mayHold = held === undefined ? undefined : (bytes: number): boolean => held.add(bytes);
        const messages = await client.receive({ max, waitSeconds: POLL_SECONDS, signal, mayHold });
        return messages.map(toQueueMessage);
      }),
    delete: (handles, signal) =>
      known(async () => {
        const failed = await client.delete(handles, signal);
        return failed.map(({ receiptHandle, code }) => ({
          handle: receiptHandle,
          code: `cmq-${code ?? 'unknown'}`,
          isInvalid: code === INVALID_HANDLE,
        }));
      }),
    close: () => client.close(),
  };
}

const INVALID_HANDLE = 4430;
const MAX_ID_CHARACTERS = 128;

function toQueueMessage(message: CmqMessage): QueueMessage {
  const { body, hasBody, msgId, receiptHandle, enqueueTime, dequeueCount } = message;
  return {
    bytes: body,
    handle: receiptHandle,
    transportIds: {
      ...(msgId !== undefined && { 'cmq-msgid': msgId.slice(0, MAX_ID_CHARACTERS) }),
      ...(enqueueTime !== undefined && { 'cmq-enqueue-time': String(enqueueTime) }),
      ...(dequeueCount !== undefined && { 'cmq-dequeue-count': String(dequeueCount) }),
    },
    sentAt: enqueueTime === undefined ? undefined : enqueueTime * 1000,
    ...(!hasBody && { remark: 'no-msg-body' }),
  };
}

async function known<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof CmqError && error.code === 'no-room') throw noRoom({ cause: error });
    if (error instanceof CmqError) throw new QueueFailure(error.code, error.failure, error.message, { cause: error });
    throw error;
  }
}
