import { readEndpoint, type CmqEndpoint } from '@mps-ledger/cmq';
import { DEFAULT_ACCOUNT } from '@mps-ledger/records';

/** How the notifications of a source come; a label of metrics, and part of every raw record. */
export type Transport = 'callback' | 'cmq-queue' | 'cmq-topic' | 'sqs' | 'file';

/** A configured source of notifications, belonging to one account. */
export interface NotificationSource {
  /** Part of every raw record. */
  readonly id: string;
  readonly account: string;
  readonly transport: Transport;
  /** Notify keys, one of which must have made the signature; empty where notifications are not signed. */
  readonly keys: readonly string[];
  /** Whether a notification with an expired Sign is accepted with less trust, or refused. */
  readonly expired: 'accept' | 'refuse';
  /** URL of a handler that gets the bytes of each notification, too. Default: none. */
  readonly forwardTo?: string;
}

/** A source that MPS calls. */
export interface CallbackSource extends NotificationSource {
  readonly transport: 'callback';
  /** Last part of its URL, `/notify/{path}`. */
  readonly path: string;
  /** Addresses and networks that may call. Default: all. */
  readonly networks?: readonly string[];
}

/** A topic of (TDMQ-)CMQ that pushes to a URL of ours. */
export interface CmqTopicSource extends NotificationSource {
  readonly transport: 'cmq-topic';
  readonly path: string;
  readonly networks?: readonly string[];
}

/** A source that is called by HTTP. */
export type HttpSource = CallbackSource | CmqTopicSource;

/** A queue of (TDMQ-)CMQ that is received from. */
export interface CmqQueueSource extends NotificationSource {
  readonly transport: 'cmq-queue';
  readonly endpoint: CmqEndpoint;
  readonly queue: string;
  readonly secretId: string;
  readonly secretKey: string;
  /** See `CmqNotificationQueueOptions`. */
  readonly maxUnackedSeconds?: number;
}

/** A queue of AWS SQS that is received from, with the credentials that the AWS SDK finds. */
export interface SqsSource extends NotificationSource {
  readonly transport: 'sqs';
  readonly queueUrl: string;
  /** Default: that of the queue's URL, else what the AWS SDK finds. */
  readonly region?: string;
  /** How long a poll waits, 0 to 20. Default 20. */
  readonly pollSeconds?: number;
}

/** A source that runs by itself. */
export type QueueSourceSettings = CmqQueueSource | SqsSource;

export type ConfiguredSource = HttpSource | QueueSourceSettings;

/** The settings of callbacks, as in the environment. */
export interface CallbackVariables {
  readonly MPS_NOTIFY_PATH: string;
  readonly MPS_NOTIFY_KEY?: readonly string[] | undefined;
  readonly MPS_NOTIFY_EXPIRED: 'accept' | 'refuse';
}

/** The settings of the sources, as in the environment. */
export type SourceVariables = CallbackVariables & QueueVariables;

/** The settings of queues. */
export interface QueueVariables {
  readonly CMQ_ENDPOINT?: string | undefined;
  readonly CMQ_QUEUE?: string | undefined;
  readonly CMQ_SECRET_ID?: string | undefined;
  readonly CMQ_SECRET_KEY?: string | undefined;
  readonly CMQ_MAX_UNACKED_SECONDS?: number | undefined;
  readonly SQS_QUEUE_URL?: string | undefined;
}

/** The sources that the variables name: the callback, and the queues, if any. */
export function notificationSourcesOf(config: SourceVariables): readonly ConfiguredSource[] {
  return [...callbackSourcesOf(config), ...queueSourcesOf(config)];
}

/** The queues that the variables name. */
export function queueSourcesOf(config: QueueVariables): readonly QueueSourceSettings[] {
  return [...cmqQueueOf(config), ...sqsQueueOf(config)];
}

/** The source that MPS calls, from the variables. */
export function callbackSourcesOf(config: CallbackVariables): readonly CallbackSource[] {
  return [
    {
      id: 'default',
      account: DEFAULT_ACCOUNT,
      transport: 'callback',
      path: config.MPS_NOTIFY_PATH,
      keys: config.MPS_NOTIFY_KEY ?? [],
      expired: config.MPS_NOTIFY_EXPIRED,
    },
  ];
}

/** The queue of the four variables; the check of the configuration demands all of them, or none. */
function cmqQueueOf(config: QueueVariables): readonly CmqQueueSource[] {
  const { CMQ_ENDPOINT, CMQ_QUEUE: queue, CMQ_SECRET_ID: secretId, CMQ_SECRET_KEY: secretKey } = config;
  const endpoint = readEndpoint(CMQ_ENDPOINT ?? '');
  if ('problem' in endpoint || queue === undefined || secretId === undefined || secretKey === undefined) return [];
  const common = { id: 'cmq', account: DEFAULT_ACCOUNT, keys: [], expired: 'accept' } as const;
  const { CMQ_MAX_UNACKED_SECONDS: maxUnackedSeconds } = config;
  const more = maxUnackedSeconds === undefined ? {} : { maxUnackedSeconds };
  return [{ ...common, transport: 'cmq-queue', endpoint, queue, secretId, secretKey, ...more }];
}

function sqsQueueOf({ SQS_QUEUE_URL: queueUrl }: QueueVariables): readonly SqsSource[] {
  if (queueUrl === undefined) return [];
  return [{ id: 'sqs', account: DEFAULT_ACCOUNT, transport: 'sqs', keys: [], expired: 'accept', queueUrl }];
}
