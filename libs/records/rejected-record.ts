import type { Trust } from '@mps-ledger/tasks';
import { header, type EncodedRecord, type StoredRecord } from './record';
import { trustOf } from './raw-record';
import { isInstant, parseJson, sanitise } from './text';
import { isAccount } from './topics';

/** What was received and is no notification: everything that is kept of it. */
export interface RejectedNotification {
  /** UUIDv7, the record's key; the partition is chosen by it. */
  readonly notificationId: string;
  readonly account: string;
  readonly source: string;
  readonly transport: string;
  readonly trust: Trust;
  /** RFC 3339, UTC, milliseconds. */
  readonly received: string;
  /** Stable word: `not-utf8`, `not-json`, `not-an-object`, `body-too-large`. */
  readonly reason: string;
  /** Where or why, for a person. */
  readonly detail?: string;
  /** SHA-256 (hex) of the bytes seen: all of them, or the first 16 MiB where `truncated`. */
  readonly digest: string;
  /** Bytes seen. */
  readonly size: number;
  /** True where more bytes were announced or sent than were seen. */
  readonly truncated: boolean;
  /** Exact, where it could be found. */
  readonly taskId?: string;
}

/** The record for the rejected topic: how it was heard in the headers, what it was as JSON. */
export function toRejectedRecord(rejected: RejectedNotification): EncodedRecord {
  const value = {
    reason: rejected.reason,
    ...(rejected.detail !== undefined && { detail: rejected.detail }),
    digest: rejected.digest,
    size: rejected.size,
    truncated: rejected.truncated,
    ...(rejected.taskId !== undefined && { task_id: rejected.taskId }),
  };
  return {
    key: Buffer.from(rejected.notificationId),
    value: Buffer.from(JSON.stringify(value)),
    headers: {
      account: rejected.account,
      source: rejected.source,
      transport: rejected.transport,
      trust: rejected.trust,
      received: rejected.received,
      'content-type': 'application/json',
    },
  };
}

/** Reads a rejected record; never throws, answers what is broken about it instead. */
export function fromRejectedRecord(record: StoredRecord): RejectedNotification | { readonly problem: string } {
  const notificationId = record.key === null ? '' : sanitise(record.key.toString('utf8'));
  if (notificationId === '') return { problem: 'no-key' };
  const account = header(record, 'account') ?? '';
  if (!isAccount(account)) return { problem: 'header-account' };
  const trust = trustOf(header(record, 'trust'));
  if (trust === undefined) return { problem: 'header-trust' };
  const received = header(record, 'received') ?? '';
  if (!isInstant(received)) return { problem: 'header-received' };
  const what = readWhat(record.value);
  if (what === null) return { problem: 'value' };
  return {
    notificationId,
    account,
    source: header(record, 'source') ?? 'unknown',
    transport: header(record, 'transport') ?? 'unknown',
    trust,
    received,
    ...what,
  };
}

type What = Pick<RejectedNotification, 'reason' | 'detail' | 'digest' | 'size' | 'truncated' | 'taskId'>;

function readWhat(bytes: Buffer | null): What | null {
  const parsed = bytes === null ? null : parseJson(bytes);
  if (parsed === null || typeof parsed.value !== 'object' || parsed.value === null) return null;
  const members = new Map<string, unknown>(Object.entries(parsed.value));
  const reason = members.get('reason');
  const detail = members.get('detail');
  const digest = members.get('digest');
  const size = members.get('size');
  const taskId = members.get('task_id');
  if (typeof reason !== 'string' || typeof digest !== 'string') return null;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null;
  return {
    reason,
    ...(typeof detail === 'string' && { detail }),
    digest,
    size,
    truncated: members.get('truncated') === true,
    ...(typeof taskId === 'string' && { taskId }),
  };
}
