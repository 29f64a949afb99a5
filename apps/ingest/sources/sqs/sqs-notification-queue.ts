import type * as sdk from '@aws-sdk/client-sqs';
import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { makeSqsRetention } from './sqs-retention';
import {
  noRoom,
  QueueFailure,
  type NotificationQueue,
  type QueueFailureKind,
  type QueueMessage,
} from '../queue/notification-queue';

const LONGEST_POLL_SECONDS = 20;
/** Messages that one request of SQS receives or deletes at most. */
const MAX_BATCH = 10;
/** How long an answer may take beyond the time of a poll. */
const ANSWER_MS = 10_000;
export interface SqsQueueOptions {
  /** As in the console: `https://sqs.eu-central-1.amazonaws.com/123456789012/mps-events`. */
  readonly queueUrl: string;
  /** Default: that of the queue's URL, else what the AWS SDK finds (`AWS_REGION`, a profile). */
  readonly region?: string;
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
  const sqs = lazySqs(options);
  const retention = makeSqsRetention(QueueUrl);
  return {
    place: QueueUrl,
    get maxUnackedMs() {
      return retention.ms;
    },
    receive: (max, signal, held) =>
      known(async () => {
        const { client, commands } = await sqs.get();
        retention.look(client, commands);
        const command = new commands.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(max, MAX_BATCH),
          WaitTimeSeconds: pollSeconds,
          ...(hiddenSeconds !== undefined && { VisibilityTimeout: hiddenSeconds }),
          MessageSystemAttributeNames: ['SentTimestamp'],
        });
        const { Messages = [] } = await client.send(command, { abortSignal: signal });
        const messages = Messages.map(toQueueMessage);
        if (held?.add(messages.reduce((sum, { bytes }) => sum + bytes.length, 0)) === false) throw noRoom();
        return messages;
      }, signal),
    delete: (handles, signal) =>
      known(async () => {
        const { client, commands } = await sqs.get();
        const Entries = handles.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle }));
        const command = new commands.DeleteMessageBatchCommand({ QueueUrl, Entries });
        const { Failed = [] } = await client.send(command, { abortSignal: signal });
        return Failed.map(({ Id, Code }) => ({
          handle: handles[Number(Id)] ?? '',
          code: `sqs-${Code ?? 'unknown'}`,
          isInvalid: Code === 'ReceiptHandleIsInvalid',
        }));
      }, signal),
    close: () => sqs.close(),
  };
}

type Sqs = typeof sdk;

interface LoadedSqs {
  readonly client: SQSClient;
  readonly commands: Sqs;
}

/** The AWS SDK, loaded by the first call: it takes memory that only those need who have such a queue. */
function lazySqs({ queueUrl, region }: SqsQueueOptions) {
  let loaded: LoadedSqs | undefined;
  const load = async (): Promise<LoadedSqs> => {
    const commands = await import('@aws-sdk/client-sqs');
    const client = new commands.SQSClient({
      endpoint: new URL(queueUrl).origin,
      region: region ?? regionOf(queueUrl),
      // The receive loop backs off by itself.
      maxAttempts: 1,
      requestHandler: { connectionTimeout: ANSWER_MS, requestTimeout: LONGEST_POLL_SECONDS * 1000 + ANSWER_MS },
    });
    return { client, commands };
  };
  return {
    get: async (): Promise<LoadedSqs> => (loaded ??= await load()),
    close: () => loaded?.client.destroy(),
  };
}

/** The region in the host of a queue's URL; undefined if there is none. */
function regionOf(queueUrl: string): string | undefined {
  const { hostname } = new URL(queueUrl);
  return /^(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.(?:amazonaws\.com|api\.aws)/
    .exec(hostname)
    ?.slice(1)
    .find(Boolean);
}

function toQueueMessage({ Body, MessageId, ReceiptHandle, Attributes }: Message): QueueMessage {
  const sent = Attributes?.SentTimestamp;
  return {
    bytes: Buffer.from(Body ?? ''),
    handle: ReceiptHandle,
    transportIds: {
      ...(MessageId !== undefined && { 'sqs-messageid': MessageId }),
      ...(sent !== undefined && { 'sqs-sent': sent }),
    },
    sentAt: sent === undefined ? undefined : Number(sent),
    ...(Body === undefined && { remark: 'no-body' }),
  };
}

interface Meaning {
  readonly kind: QueueFailureKind;
  readonly meaning: string;
}

const WRONG_KEY: Meaning = {
  kind: 'configuration',
  meaning: 'Check the key, its rights (sqs:ReceiveMessage, sqs:DeleteMessage), and the clock of this machine.',
};
const NO_QUEUE: Meaning = { kind: 'configuration', meaning: 'There is no such queue: check its URL and its region.' };
const THROTTLED: Meaning = {
  kind: 'throttled',
  meaning: 'There are more requests than SQS allows. It is tried again more slowly.',
};

/** What errors demand, by their names in the AWS SDK; others are tried again. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['AccessDenied', WRONG_KEY],
  ['AccessDeniedException', WRONG_KEY],
  ['ExpiredToken', WRONG_KEY],
  ['ExpiredTokenException', WRONG_KEY],
  ['InvalidToken', WRONG_KEY],
  ['MissingAuthenticationToken', WRONG_KEY],
  ['RequestExpired', WRONG_KEY],
  ['InvalidClientTokenId', WRONG_KEY],
  ['InvalidSecurity', WRONG_KEY],
  ['InvalidSignatureException', WRONG_KEY],
  ['SignatureDoesNotMatch', WRONG_KEY],
  ['UnrecognizedClientException', WRONG_KEY],
  [
    'CredentialsProviderError',
    {
      kind: 'configuration',
      meaning: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role.',
    },
  ],
  ['AWS.SimpleQueueService.NonExistentQueue', NO_QUEUE],
  ['QueueDoesNotExist', NO_QUEUE],
  ['InvalidAddress', NO_QUEUE],
  ['OverLimit', THROTTLED],
  ['RequestThrottled', THROTTLED],
  ['ThrottlingException', THROTTLED],
]);

async function known<Value>(call: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (signal.aborted || !(error instanceof Error) || error instanceof QueueFailure) throw error;
    const { kind, meaning } = MEANINGS.get(error.name) ?? { kind: 'unavailable', meaning: '' };
    const message = `SQS: ${error.name}: ${error.message} ${meaning}`.trim();
    throw new QueueFailure(`sqs-${error.name}`, kind, message, { cause: error });
  }
}
