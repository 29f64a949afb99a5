import type { Signature } from '@mps-ledger/mps';
import { TRUSTS, type Trust } from '@mps-ledger/tasks';
import { header, type EncodedRecord, type StoredRecord } from './record';
import { fromPercentText, isInstant, parseCount, sanitise, toPercentText } from './text';
import { isAccount } from './topics';

/** One notification as its raw record holds it, with all that `interpret` reads. */
export interface RawNotification {
  /** UUIDv7, the record's key. */
  readonly id: string;
  readonly account: string;
  /** Id of the configured source. */
  readonly source: string;
  /** How it came: `callback`, a queue, `file`, `reconcile`. */
  readonly transport: string;
  readonly trust: Trust;
  /** Absent if its transport has none. */
  readonly signature?: Signature;
  /** RFC 3339, UTC, milliseconds. */
  readonly received: string;
  /** As the sender spelled it, sanitised and cut to 256 characters. */
  readonly contentType?: string;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
  /** The task that decides its partition, exact; null if none was found. */
  readonly taskId: string | null;
  /** Which of the body's Records it is, from 0 on, if they were logged one by one. */
  readonly element?: number;
  /** Id of the log from which it is to be forwarded to the handler of its source; absent where it is not. */
  readonly forwardFrom?: string;
  /** The transport's own ids by header name, e.g. `cmq-msgid`. */
  readonly transportIds?: Readonly<Record<string, string>>;
  readonly traceparent?: string;
  readonly partition: number;
  readonly rawOffset: number;
  /** Exactly what was received. */
  readonly bytes: Uint8Array;
}

/** An invalid raw record, with what could be read of it. */
export interface UnreadableRawRecord {
  /** The invalid part: `no-key`, `no-value`, or `header-` and the header's name. */
  readonly problem: string;
  readonly id?: string;
  readonly account?: string;
  readonly source?: string;
  readonly transport?: string;
  readonly trust?: Trust;
  readonly received?: string;
  readonly traceparent?: string;
  readonly bytes?: Uint8Array;
}

const MAX_CONTENT_TYPE_CHARACTERS = 256;

/** The record for the raw topic: the notification id as key, the exact bytes as value, everything else in the headers. */
export function toRawRecord(notification: Omit<RawNotification, 'partition' | 'rawOffset'>): EncodedRecord {
  const { bytes } = notification;
  const headers: Record<string, string> = {
    account: notification.account,
    source: notification.source,
    transport: notification.transport,
    trust: notification.trust,
    received: notification.received,
    sha256: notification.sha256,
  };
  if (notification.taskId !== null) headers['task-id'] = toPercentText(notification.taskId);
  if (notification.element !== undefined) headers['element'] = String(notification.element);
  if (notification.forwardFrom !== undefined) headers['forward'] = notification.forwardFrom;
  if (notification.signature !== undefined) headers['signature'] = signatureText(notification.signature);
  if (notification.contentType !== undefined)
    headers['content-type'] = sanitise(notification.contentType.slice(0, MAX_CONTENT_TYPE_CHARACTERS));
  if (notification.traceparent !== undefined) headers['traceparent'] = notification.traceparent;
  if (notification.transportIds !== undefined)
    for (const [name, id] of Object.entries(notification.transportIds)) headers[name] = sanitise(id);
  return {
    key: Buffer.from(notification.id),
    value: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    headers,
  };
}

const OWN_HEADERS = new Set([
  'account',
  'source',
  'transport',
  'trust',
  'signature',
  'received',
  'content-type',
  'sha256',
  'task-id',
  'element',
  'forward',
  'traceparent',
]);
const SHA256 = /^[0-9a-f]{64}$/;

/** Reads a raw record; never throws. An invalid one gives the first problem found and the valid parts. */
export function fromRawRecord(record: StoredRecord): RawNotification | UnreadableRawRecord {
  const { taskId, ...read } = readableParts(record);
  const { id, account, source, transport, trust, received, sha256, bytes } = read;
  if (id === undefined) return { ...read, problem: 'no-key' };
  if (account === undefined) return { ...read, problem: 'header-account' };
  if (source === undefined) return { ...read, problem: 'header-source' };
  if (transport === undefined) return { ...read, problem: 'header-transport' };
  if (trust === undefined) return { ...read, problem: 'header-trust' };
  if (received === undefined) return { ...read, problem: 'header-received' };
  if (sha256 === undefined) return { ...read, problem: 'header-sha256' };
  if (taskId === undefined) return { ...read, problem: 'header-task-id' };
  if (bytes === undefined) return { ...read, problem: 'no-value' };
  const contentType = header(record, 'content-type');
  const signature = signatureOf(header(record, 'signature') ?? '');
  const element = parseCount(header(record, 'element') ?? '');
  const forwardFrom = header(record, 'forward');
  return {
    id,
    account,
    source,
    transport,
    trust,
    received,
    sha256,
    taskId,
    ...(contentType !== undefined && { contentType }),
    ...(signature !== null && { signature }),
    ...(element !== null && { element }),
    ...(forwardFrom !== undefined && { forwardFrom }),
    transportIds: transportIdsOf(record.headers),
    ...(read.traceparent !== undefined && { traceparent: read.traceparent }),
    partition: record.partition,
    rawOffset: record.offset,
    bytes,
  };
}

type ReadableParts = Partial<
  Omit<
    RawNotification,
    'contentType' | 'signature' | 'element' | 'forwardFrom' | 'transportIds' | 'partition' | 'rawOffset'
  >
>;

/** The key, value and headers of a record, without those that are missing or malformed. */
function readableParts(record: StoredRecord): ReadableParts {
  const key = record.key?.toString('utf8');
  const account = header(record, 'account');
  const source = header(record, 'source');
  const transport = header(record, 'transport');
  const trust = trustOf(header(record, 'trust'));
  const received = header(record, 'received');
  const sha256 = header(record, 'sha256');
  const taskId = taskIdOf(header(record, 'task-id'));
  const traceparent = header(record, 'traceparent');
  return {
    ...(key !== undefined && key !== '' && { id: sanitise(key) }),
    ...(account !== undefined && isAccount(account) && { account }),
    ...(source !== undefined && source !== '' && { source: sanitise(source) }),
    ...(transport !== undefined && transport !== '' && { transport: sanitise(transport) }),
    ...(trust !== undefined && { trust }),
    ...(received !== undefined && isInstant(received) && { received }),
    ...(sha256 !== undefined && SHA256.test(sha256) && { sha256 }),
    ...(taskId !== undefined && { taskId }),
    ...(traceparent !== undefined && { traceparent: sanitise(traceparent) }),
    ...(record.value !== null && { bytes: record.value }),
  };
}

/** The TaskId of the header `task-id`: null if the header is absent, undefined if `toPercentText` would not write it. */
function taskIdOf(spelled: string | undefined): string | null | undefined {
  if (spelled === undefined) return null;
  const taskId = fromPercentText(spelled);
  return taskId === null || taskId === '' ? undefined : taskId;
}

/** `none`, `valid key=<n>` or `expired by=<seconds>`. */
function signatureText(signature: Signature): string {
  switch (signature.verdict) {
    case 'none':
      return 'none';
    case 'valid':
      return `valid key=${signature.key}`;
    case 'expired':
      return `expired by=${signature.by}`;
  }
}

function signatureOf(text: string): Signature | null {
  if (text === 'none') return { verdict: 'none' };
  const [, verdict, number = ''] = /^(valid key|expired by)=(.*)$/.exec(text) ?? [];
  const count = parseCount(number);
  if (verdict === undefined || count === null) return null;
  return verdict === 'valid key' ? { verdict: 'valid', key: count } : { verdict: 'expired', by: count };
}

/** The trust with this name, or undefined. */
export function trustOf(text: string | undefined): Trust | undefined {
  return TRUSTS.find((trust) => trust === text);
}

function transportIdsOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name)));
}
