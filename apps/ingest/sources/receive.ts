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
import { closedBy, type ClosedCode, type Received } from './received';
import type { Oversize } from '../http/request-body';
import { TooManyWaiting, type SharedAppends } from './shared-appends';
import type { Source } from './sources';

/** What a source handed over, besides the bytes. */
export interface Heard {
  readonly source: Source;
  /** As the sender spelled it. */
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
  /** Which log it is; or why nothing may be acknowledged: everything is `unavailable` then. */
  readonly log: () => LogIdentity | ClosedCode;
  readonly now: () => Date;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly metrics: IngestMetrics;
}

export interface Receive {
  /** Takes a whole body. Never rejects. */
  take(heard: Heard, bytes: Buffer): Promise<Received>;
  /** Refuses a body that is too large to be taken. Never rejects. */
  refuseOversize(heard: Heard, body: Oversize): Promise<Received>;
}

/**
 * The first of the four steps: exact bytes become one raw record, and only then is the source acknowledged. Nothing is
 * interpreted here but what places the record and what proves the sender.
 */
export function makeReceive(options: ReceiveOptions): Receive {
  const guarded = async (heard: Heard, step: Promise<Received>): Promise<Received> => {
    const received = await step.catch(unavailable);
    options.metrics.received(heard.source.transport, received);
    return received;
  };
  return {
    take: (heard, bytes) => guarded(heard, take(options, heard, bytes)),
    refuseOversize: (heard, body) => guarded(heard, refuseOversize(options, heard, body)),
  };
}

async function take(options: ReceiveOptions, heard: Heard, bytes: Buffer): Promise<Received> {
  const { raw, now, newId } = options;
  const { account, keys, expired } = heard.source;
  const identity = options.log();
  if (typeof identity === 'string') return { outcome: 'unavailable', code: identity };
  const envelope = readEnvelope(bytes);
  if (!envelope.ok) return refuse(options, heard, { reason: envelope.code, detail: envelope.detail, ...seen(bytes) });
  const at = now();
  const verdict = keys.length === 0 ? 'none' : verifySign(envelope, keys, at.getTime());
  const isTaken = verdict === 'valid' || verdict === 'none' || (verdict === 'expired' && expired === 'accept');
  if (!isTaken) return { outcome: 'unsigned', reason: verdict };
  const notificationId = newId();
  const check = receiptCheck(notificationId);
  const { taskId } = envelope;
  const key = taskId === null ? notificationId : partitionKey(account, taskId);
  const partition = partitionOf(key, identity.partitions);
  const signExpired = verdict === 'expired' ? secondsSince(envelope.timestamp, at) : undefined;
  const said = heardOf(heard, verdict === 'valid' ? 'callback-signed' : 'callback-unsigned', at);
  const record = toRawRecord({
    ...said,
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

function refuseOversize(options: ReceiveOptions, heard: Heard, body: Oversize): Promise<Received> {
  const { prefix, digest, size, truncated } = body;
  const taskId = taskIdInBeginning(prefix);
  const detail = `A body may have ${body.allowed} bytes.`;
  const what = { reason: 'body-too-large', detail, digest, size, truncated, ...(taskId !== null && { taskId }) };
  return refuse(options, heard, what);
}

type What = Pick<RejectedNotification, 'reason' | 'digest' | 'size' | 'truncated' | 'taskId'> & {
  readonly detail: string;
};

/** Logs what is no notification as rejected, where the source has no keys: with keys, anyone could fill the log. */
async function refuse(options: ReceiveOptions, heard: Heard, what: What): Promise<Received> {
  const refusal = { outcome: 'refused', code: what.reason, detail: what.detail } as const;
  if (heard.source.keys.length > 0) return { ...refusal, notificationId: null };
  const identity = options.log();
  if (typeof identity === 'string') return { outcome: 'unavailable', code: identity };
  const notificationId = options.newId();
  const record = toRejectedRecord({ ...heardOf(heard, 'callback-unsigned', options.now()), notificationId, ...what });
  await options.rejected.append(partitionOf(notificationId, identity.partitions), record);
  return { ...refusal, notificationId };
}

function heardOf({ source, contentType, traceparent, transportIds }: Heard, trust: Trust, at: Date) {
  const { id, account, transport } = source;
  return { account, source: id, transport, trust, received: at.toISOString(), contentType, traceparent, transportIds };
}

/** Whole seconds from a Timestamp, unix seconds in decimal, to a later time. */
function secondsSince(timestamp: string | null, at: Date): number {
  return Math.floor(at.getTime() / 1000) - Number(timestamp);
}

function seen(bytes: Buffer): Pick<What, 'digest' | 'size' | 'truncated'> {
  return { digest: hash('sha256', bytes), size: bytes.length, truncated: false };
}

function unavailable(cause: unknown): Received {
  return { outcome: 'unavailable', code: cause instanceof TooManyWaiting ? 'log-busy' : closedBy(cause), cause };
}
