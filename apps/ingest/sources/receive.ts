import { hash } from 'node:crypto';
import { partitionOf, type LogIdentity } from '@mps-ledger/event-log';
import { readEnvelope, taskIdInBeginning, verifySign } from '@mps-ledger/mps';
import { failpoint } from '@mps-ledger/platform';
import type { Trust } from '@mps-ledger/tasks';
import {
  formatReceipt,
  partitionKey,
  receiptCheck,
  toRawRecord,
  toRejectedRecord,
  type RejectedNotification,
} from '@mps-ledger/records';
import type { IngestMetrics } from '../ingest-metrics';
import { closedCodeOf, type ClosedCode, type ReceiveResult } from './receive-result';
import type { Oversize } from '../http/request-body';
import { TooManyWaiting, type SharedAppends } from './shared-appends';
import type { NotificationSource } from './notification-sources';

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
  readonly raw: SharedAppends;
  /** Appends to the topic of rejected records. */
  readonly rejected: SharedAppends;
  /** The log's identity; or why nothing may be acknowledged: the result is `unavailable` then. */
  readonly log: () => LogIdentity | ClosedCode;
  readonly now: () => Date;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly metrics: IngestMetrics;
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
  const { raw, now, newId } = options;
  const { account, keys, expired } = delivery.source;
  const identity = options.log();
  if (typeof identity === 'string') return { outcome: 'unavailable', code: identity };
  const envelope = readEnvelope(bytes);
  if (!envelope.ok)
    return refuse(options, delivery, { reason: envelope.code, detail: envelope.detail, ...contentOf(bytes) });
  const at = now();
  const verdict = keys.length === 0 ? 'none' : verifySign(envelope, keys, at.getTime());
  const isAccepted = verdict === 'valid' || verdict === 'none' || (verdict === 'expired' && expired === 'accept');
  if (!isAccepted) return { outcome: 'unsigned', reason: verdict };
  const notificationId = newId();
  const check = receiptCheck(notificationId);
  const { taskId } = envelope;
  const key = taskId === null ? notificationId : partitionKey(account, taskId);
  const partition = partitionOf(key, identity.partitions);
  const signExpired = verdict === 'expired' ? secondsSince(envelope.timestamp, at) : undefined;
  const delivered = headersOf(delivery, verdict === 'valid' ? 'callback-signed' : 'callback-unsigned', at);
  const record = toRawRecord({
    ...delivered,
    signExpired,
    id: notificationId,
    taskId,
    sha256: hash('sha256', bytes),
    bytes,
  });
  failpoint('ingest.before-append');
  const offset = await raw.append(partition, record);
  failpoint('ingest.after-append');
  const receipt = formatReceipt({ ...identity, partition, offset, check });
  return { outcome: 'accepted', receipt, signExpired: signExpired !== undefined };
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
    ...headersOf(delivery, 'callback-unsigned', options.now()),
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
  return { outcome: 'unavailable', code: cause instanceof TooManyWaiting ? 'log-busy' : closedCodeOf(cause), cause };
}
