import { hash } from 'node:crypto';
import type { BatchResultErrorEntry, Message } from '@aws-sdk/client-sqs';
import {
  noRoom,
  QueueFailure,
  type NotificationQueue,
  type QueueMessage,
  type Undeleted,
} from '../queue/notification-queue';
import { makeSqsClient, type SqsClientOptions } from './sqs-client';
import { makeSqsRetention } from './sqs-retention';

const LONGEST_POLL_SECONDS = 20;
/** Messages that one request of SQS receives or deletes at most. */
const MAX_BATCH = 10;

export interface SqsQueueOptions extends SqsClientOptions {
  /** How long a poll waits, 0 to 20. Default 20: an empty poll is billed like any other. */
  readonly pollSeconds?: number;
  /** How long a received message is hidden from others, seconds. Default: as the queue is set. */
  readonly hiddenSeconds?: number;
}

/**
 * A queue of AWS SQS as a queue of notifications. Credentials are what the AWS SDK finds: `AWS_ACCESS_KEY_ID` and
 * `AWS_SECRET_ACCESS_KEY`, `AWS_PROFILE`, a web identity, the role of the container or of the machine.
 */
export function makeSqsNotificationQueue(options: SqsQueueOptions): NotificationQueue {
  const { queueUrl: QueueUrl, pollSeconds = LONGEST_POLL_SECONDS, hiddenSeconds } = options;
  const sqs = makeSqsClient(options);
  const retention = makeSqsRetention(QueueUrl);
  return {
    place: QueueUrl,
    get maxUnackedMs() {
      return retention.ms;
    },
    receive: (max, signal, held) =>
      sqs.call(
        async (client, commands, abortSignal) => {
          retention.look(client, commands);
          const command = new commands.ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: Math.min(max, MAX_BATCH),
            WaitTimeSeconds: pollSeconds,
            ...(hiddenSeconds !== undefined && { VisibilityTimeout: hiddenSeconds }),
            MessageSystemAttributeNames: ['SentTimestamp'],
          });
          const messages = messagesIn((await client.send(command, { abortSignal })).Messages ?? []);
          if (held?.add(messages.reduce((sum, { bytes }) => sum + bytes.length, 0)) === false) throw noRoom();
          return messages;
        },
        pollSeconds * 1000,
        signal,
      ),
    delete: (handles, signal) =>
      sqs.call(
        async (client, commands, abortSignal) => {
          const Entries = handles.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle }));
          const command = new commands.DeleteMessageBatchCommand({ QueueUrl, Entries });
          return failedIn((await client.send(command, { abortSignal })).Failed ?? [], handles);
        },
        0,
        signal,
      ),
    close: () => sqs.close(),
  };
}

/** The entries of a batch that were not deleted. */
function failedIn(failed: readonly BatchResultErrorEntry[], handles: readonly string[]): readonly Undeleted[] {
  return failed.map(({ Id, Code }) => ({
    handle: handles[Number(Id)] ?? '',
    code: `sqs-${Code ?? 'unknown'}`,
    isInvalid: Code === 'ReceiptHandleIsInvalid',
  }));
}

/** The SDK does not check what it is given. */
function messagesIn(given: readonly (Message | null)[]): readonly QueueMessage[] {
  if (!Array.isArray(given))
    throw new QueueFailure('wrong-answer', 'unavailable', 'SQS: The queue answered, and Messages is no list.');
  return given.map((message) => toQueueMessage(Object(message) as Message));
}

function toQueueMessage(message: Message): QueueMessage {
  const { Body, MD5OfBody, MessageId, ReceiptHandle, Attributes } = message;
  const hasBody = typeof Body === 'string';
  const bytes = Buffer.from(hasBody ? Body : JSON.stringify(message));
  if (hasBody && MD5OfBody !== undefined && hash('md5', bytes) !== MD5OfBody)
    throw new QueueFailure(
      'wrong-digest',
      'unavailable',
      `SQS: The message ${MessageId ?? ''} was changed on its way. Check proxies before the queue.`,
    );
  const [id, handle, sent] = [MessageId, ReceiptHandle, Attributes?.SentTimestamp].map(textOf);
  return {
    bytes,
    handle,
    transportIds: { ...(id !== undefined && { 'sqs-messageid': id }), ...(sent !== undefined && { 'sqs-sent': sent }) },
    sentAt: /^\d{1,15}$/.test(sent ?? '') ? Number(sent) : undefined,
    ...(!hasBody && { remark: 'no-body' }),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
