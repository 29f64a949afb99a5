import { backoff, pause } from '@mps-ledger/async';
import { InvalidRecord, partitionOf, RecordTooLarge, type EventLog, type NewRecord } from '@mps-ledger/event-log';
import { fromRawRecord, partitionKey, TOPICS } from '@mps-ledger/records';
import type { RestorableRecord } from '../../export/read-export';
import { LogGaveNoAnswer } from '../takes-in-order';

export interface AppendRecordsOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** Of the log that the records come from, and of this one. */
  readonly exportedPartitions: number;
  readonly partitions: number;
  readonly signal: AbortSignal;
  readonly onWaiting: (reason: string, attempt: number) => void;
  /** Default 60 s. */
  readonly giveUpMs?: number;
}

/**
 * Appends records to the raw log, those of one partition in their order; resolves when the log has all of them. An append without an
 * answer is repeated: its records may be there twice. Rejects where the log takes nothing for too long.
 */
export async function appendRecords(
  records: readonly RestorableRecord[],
  options: AppendRecordsOptions,
): Promise<void> {
  const byPartition = new Map<number, NewRecord[]>();
  for (const record of records) {
    const { key, value, headers } = record;
    const partition = placeOf(record, options);
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), { key, value, headers }]);
  }
  await Promise.all([...byPartition].map(([partition, group]) => appendGroup(partition, group, options)));
}

async function appendGroup(
  partition: number,
  records: readonly NewRecord[],
  { log, signal, onWaiting, giveUpMs = 60_000 }: AppendRecordsOptions,
): Promise<void> {
  const began = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await log.append(TOPICS.raw, partition, records);
      return;
    } catch (error) {
      if (error instanceof InvalidRecord || error instanceof RecordTooLarge) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (performance.now() - began > giveUpMs) throw new LogGaveNoAnswer(reason, { cause: error });
      onWaiting(reason, attempt);
    }
    await pause(backoff(attempt), signal);
    signal.throwIfAborted();
  }
}

/**
 * The partition of a record: its own, where the log has as many; else that of its task, as receive places it, so that the records of
 * a task stay together and in order.
 */
function placeOf(
  record: RestorableRecord,
  options: Pick<AppendRecordsOptions, 'exportedPartitions' | 'partitions'>,
): number {
  const { exportedPartitions, partitions } = options;
  if (exportedPartitions === partitions) return record.partition;
  const read = fromRawRecord({ ...record, logged: '' });
  if ('problem' in read) return record.partition % partitions;
  return partitionOf(read.taskId === null ? read.id : partitionKey(read.account, read.taskId), partitions);
}
