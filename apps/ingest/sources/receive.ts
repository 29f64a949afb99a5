import { hash } from 'node:crypto';
import { partitionOf, type LogIdentity } from '@mps-ledger/event-log';
import { taskIdInBeginning, verifySign, type DeliveredNotification, type Signature } from '@mps-ledger/mps';
import { failpoint, type Oversize } from '@mps-ledger/platform';
import type { Trust } from '@mps-ledger/tasks';
import {
  formatReceipt,
  partitionKey,
  receiptCheck,
  toRawRecord,
  toRejectedRecord,
  type RawNotification,
  type RejectedNotification,
} from '@mps-ledger/records';
import type { IngestMetrics } from '../ingest-metrics';
import { readDelivered } from './read-delivered';
import { unavailableCodeOf, type ClosedCode, type ReceiveResult } from './receive-result';
import type { TopicAppends } from './topic-appends';
import type { NotificationSource, Transport } from './notification-sources';

/** What a source hands over with the bytes of a notification. */
export interface Delivery {
  readonly source: NotificationSource;
  /** Exactly as the sender wrote it. */
  readonly contentType?: string;
  /** A valid W3C trace context. */
  readonly traceparent?: string;
  /** The transport's own ids, by header name. */
  readonly transportIds?: Readonly<Record<string, string>>;
}

export interface ReceiveOptions {
  /** Appends to the raw topic. */
  readonly raw: TopicAppends;
  /** Appends to the topic of rejected records. */
  readonly rejected: Pick<TopicAppends, 'append'>;
  /** The log's identity; or why nothing may be acknowledged: the result is `unavailable` then. */
  readonly log: () => LogIdentity | ClosedCode;
  readonly now: () => Date;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly metrics: Pick<IngestMetrics, 'received'>;
}

export interface Receive {
  /** Receives a whole body. Never rejects. */
  take(delivery: Delivery, bytes: Buffer): Promise<ReceiveResult>;
  /** Refuses a body that is too large. Never rejects. */
  refuseOversize(delivery: Delivery, body: Oversize): Promise<ReceiveResult>;
}

/**
 * The first of the four steps: exact bytes become one raw record, and only then is the source acknowledged. Only the task id,
 * which decides the partition, and the signature are interpreted here.
 */
export function makeReceive(options: ReceiveOptions): Receive {
  const counted = async (delivery: Delivery, step: Promise<ReceiveResult>): Promise<ReceiveResult> => {
    const received = await step.catch(unavailable);
    options.metrics.received(delivery.source.transport, received);
    return received;
  };
  return {
    take: (delivery, bytes) => counted(delivery, take(options, delivery, bytes)),
    refuseOversize: (delivery, body) => counted(delivery, refuseOversize(options, delivery, body)),
  };
}

async function take(options: ReceiveOptions, delivery: Delivery, bytes: Buffer): Promise<ReceiveResult> {
  const { source } = delivery;
  const identity = options.log();
  if (typeof identity === 'string') return { outcome: 'unavailable', code: identity };
  const { delivered, isSeveral, unread } = readDelivered(bytes);
  if (unread !== undefined && !IS_KEPT_UNREAD[source.transport])
    return refuse(options, delivery, { ...unread, ...contentOf(bytes) });
  const at = options.now();
  const signatures = delivered.map((one) => checkSignature(source, one, at));
  const refused = signatures.find((signature) => typeof signature === 'string');
  if (refused !== undefined) return { outcome: 'unsigned', reason: refused };
  const sha256 = hash('sha256', bytes);
  const appends = delivered.map(({ taskId }, element) => {
    const signature = signatures[element] as Signature | undefined;
    const received = { ...headersOf(delivery, trustOf(source, signature), at), signature, sha256 };
    const which = isSeveral ? { element } : {};
    const forward = source.forwardTo === undefined ? {} : { forwardFrom: identity.logId };
    return appendRaw(options, identity, { ...received, ...which, ...forward, id: options.newId(), taskId, bytes });
  });
  // One that fails fails the request: all are sent again.
  const [receipt = ''] = await Promise.all(appends);
  const signExpired = signatures.some((signature) => typeof signature === 'object' && signature.verdict === 'expired');
  return { outcome: 'accepted', receipt, signExpired, ...(unread !== undefined && { unread: unread.reason }) };
}

/** Appends a raw record to the partition of its task, or of its own id where it names none; returns its receipt. */
async function appendRaw(
  { raw }: ReceiveOptions,
  identity: LogIdentity,
  notification: Omit<RawNotification, 'partition' | 'rawOffset'>,
): Promise<string> {
  const { id, account, taskId } = notification;
  const key = taskId === null ? id : partitionKey(account, taskId);
  const partition = partitionOf(key, identity.partitions);
  const record = toRawRecord(notification);
  failpoint('ingest.before-append');
  const offset = await raw.append(partition, record);
  failpoint('ingest.after-append');
  return formatReceipt({ ...identity, partition, offset, check: receiptCheck(id) });
}

/** Whether bytes that are no notification are logged all the same: a queue deletes them; a sender and a file still have them. */
const IS_KEPT_UNREAD: Readonly<Record<Transport, boolean>> = {
  callback: false,
  'cmq-topic': false,
  'cmq-queue': true,
  sqs: true,
  file: false,
};

/**
 * The signature of what MPS sends by HTTP; undefined for other transports, which may deliver hours later. A text says why the
 * notification is refused.
 */
function checkSignature(
  { transport, keys, expired }: NotificationSource,
  envelope: DeliveredNotification,
  at: Date,
): Signature | 'missing' | 'wrong' | 'expired' | undefined {
  if (transport !== 'callback') return undefined;
  if (keys.length === 0) return { verdict: 'none' };
  const found = verifySign(envelope, keys, at.getTime());
  if (found.verdict === 'valid') return { verdict: 'valid', key: found.key + 1 };
  if (found.verdict !== 'expired' || expired === 'refuse') return found.verdict;
  return { verdict: 'expired', by: secondsSince(envelope.timestamp, at) };
}

function trustOf({ transport }: NotificationSource, signature?: Signature): Trust {
  switch (transport) {
    case 'callback':
      return signature?.verdict === 'valid' ? 'callback-signed' : 'callback-unsigned';
    case 'cmq-topic':
      return 'callback-unsigned';
    case 'cmq-queue':
    case 'sqs':
      return 'queue';
    case 'file':
      return 'file';
  }
}

function refuseOversize(options: ReceiveOptions, delivery: Delivery, body: Oversize): Promise<ReceiveResult> {
  const { prefix, digest, size, truncated } = body;
  const taskId = taskIdInBeginning(prefix);
  const detail = `A body may have ${body.allowed} bytes.`;
  const what = { reason: 'body-too-large', detail, digest, size, truncated, ...(taskId !== null && { taskId }) };
  return refuse(options, delivery, what);
}

type RejectedContent = Pick<RejectedNotification, 'reason' | 'digest' | 'size' | 'truncated' | 'taskId'> & {
  readonly detail: string;
};

/** Logs what is no notification as rejected, where the source has no keys: with keys, unsigned senders could fill the log. */
async function refuse(options: ReceiveOptions, delivery: Delivery, what: RejectedContent): Promise<ReceiveResult> {
  const refusal = { outcome: 'refused', code: what.reason, detail: what.detail } as const;
  if (delivery.source.keys.length > 0) return { ...refusal, notificationId: null };
  const identity = options.log();
  if (typeof identity === 'string') return { outcome: 'unavailable', code: identity };
  const notificationId = options.newId();
  const record = toRejectedRecord({
    ...headersOf(delivery, trustOf(delivery.source), options.now()),
    notificationId,
    ...what,
  });
  await options.rejected.append(partitionOf(notificationId, identity.partitions), record);
  return { ...refusal, notificationId };
}

function headersOf({ source, contentType, traceparent, transportIds }: Delivery, trust: Trust, at: Date) {
  const { id, account, transport } = source;
  return { account, source: id, transport, trust, received: at.toISOString(), contentType, traceparent, transportIds };
}

/** Whole seconds from a Timestamp, unix seconds in decimal, to a later time. */
function secondsSince(timestamp: string | null, at: Date): number {
  return Math.floor(at.getTime() / 1000) - Number(timestamp);
}

function contentOf(bytes: Buffer): Pick<RejectedContent, 'digest' | 'size' | 'truncated'> {
  return { digest: hash('sha256', bytes), size: bytes.length, truncated: false };
}

function unavailable(cause: unknown): ReceiveResult {
  return { outcome: 'unavailable', code: unavailableCodeOf(cause), cause };
}
