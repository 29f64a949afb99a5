import type { Trust } from '@mps-ledger/tasks';
import { header, type EncodedRecord, type StoredRecord } from './record';
import { trustOf } from './raw-record';
import { isInstant, parseJson, sanitise } from './text';
import { isAccount } from './topics';

/** The content of a rejected record: everything that is kept of a refused body. */
export interface RejectedNotification {
  /** UUIDv7, the record's key, which decides the partition. */
  readonly notificationId: string;
  readonly account: string;
  readonly source: string;
  readonly transport: string;
  readonly trust: Trust;
  /** RFC 3339, UTC, milliseconds. */
  readonly received: string;
  /** A stable code: `not-utf8`, `not-json`, `not-an-object`, `body-too-large`. */
  readonly reason: string;
  /** The place or cause in words. */
  readonly detail?: string;
  /** SHA-256 (hex) of the bytes read: all of them, or the first 16 MiB if `truncated`. */
  readonly digest: string;
  /** Number of bytes read. */
  readonly size: number;
  /** True if more bytes were announced or sent than were read. */
  readonly truncated: boolean;
  /** Exact, if it could be found. */
  readonly taskId?: string;
}

/** The record for the rejected topic: how the body was received in the headers, the rest as JSON. */
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

/** Reads a rejected record; never throws. An invalid one gives the first problem found. */
export function fromRejectedRecord(record: StoredRecord): RejectedNotification | { readonly problem: string } {
  const notificationId = record.key === null ? '' : sanitise(record.key.toString('utf8'));
  if (notificationId === '') return { problem: 'no-key' };
  const account = header(record, 'account') ?? '';
  if (!isAccount(account)) return { problem: 'header-account' };
  const trust = trustOf(header(record, 'trust'));
  if (trust === undefined) return { problem: 'header-trust' };
  const received = header(record, 'received') ?? '';
  if (!isInstant(received)) return { problem: 'header-received' };
  const value = readValue(record.value);
  if (value === null) return { problem: 'value' };
  return {
    notificationId,
    account,
    source: header(record, 'source') ?? 'unknown',
    transport: header(record, 'transport') ?? 'unknown',
    trust,
    received,
    ...value,
  };
}

type RejectionValue = Pick<RejectedNotification, 'reason' | 'detail' | 'digest' | 'size' | 'truncated' | 'taskId'>;

function readValue(bytes: Buffer | null): RejectionValue | null {
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
