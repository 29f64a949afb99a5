import { isGenesis, partitionOf, type LogRecord } from '@mps-ledger/event-log';
import { bytesText, historyRow, taskKey, type HistoryRow, type ParkedRow } from '@mps-ledger/read-model';
import type { TaskEvent } from '@mps-ledger/tasks';
import { fromEventRecord, partitionKey } from '@mps-ledger/records';

/** What must have become of an event record. */
export type Expected =
  /** The first record of a partition: nothing. */
  | { readonly kind: 'genesis' }
  /** Applied; or parked, if the fold or the database refused it. */
  | { readonly kind: 'applied'; readonly event: TaskEvent; readonly row: HistoryRow }
  /** Parked: it cannot be read, or is of a task of another partition. */
  | { readonly kind: 'parked'; readonly reason: string };

/** What must have become of an event record, by what it says itself. */
export function expectedOf(record: LogRecord, partitions: number): Expected {
  if (isGenesis(record)) return { kind: 'genesis' };
  const decoded = fromEventRecord(record);
  if (!decoded.ok) return { kind: 'parked', reason: decoded.reason };
  const { event } = decoded;
  const { account, task_id: taskId } = event.data;
  if (taskId === undefined) return { kind: 'applied', event, row: historyRow(record, decoded, null) };
  if (partitionOf(partitionKey(account, taskId), partitions) !== record.partition)
    return { kind: 'parked', reason: 'wrong-partition' };
  return { kind: 'applied', event, row: historyRow(record, decoded, bytesText(taskKey(account, taskId))) };
}

/** The parked row's own copy of a record, as far as it is a function of the record. */
export function parkedCopy(record: LogRecord): Partial<ParkedRow> {
  return {
    headers: JSON.stringify(record.headers),
    key: record.key === null ? null : bytesText(record.key),
    value: record.value === null ? null : bytesText(record.value),
    logged: record.logged,
  };
}
