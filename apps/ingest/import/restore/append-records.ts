import { InvalidRecord, partitionOf, RecordTooLarge, type EventLog, type NewRecord } from '@mps-ledger/event-log';
import { fromRawRecord, partitionKey, TOPICS } from '@mps-ledger/records';
import type { RecordOfExport } from '@mps-ledger/exports';
import { beginPatience, type LogPatienceOptions } from '../log-patience';

export interface AppendRecordsOptions extends LogPatienceOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** Of the log that the records come from, and of this one. */
  readonly exportedPartitions: number;
  readonly partitions: number;
}

/**
 * Appends records to the raw log, those of one partition in their order; resolves when the log has all of them. An append without an
 * answer is repeated: its records may be there twice. Rejects where the log takes nothing for too long.
 */
export async function appendRecords(records: readonly RecordOfExport[], options: AppendRecordsOptions): Promise<void> {
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
  { log, ...patience }: AppendRecordsOptions,
): Promise<void> {
  const wait = beginPatience(patience);
  for (;;) {
    try {
      await log.append(TOPICS.raw, partition, records);
      return;
    } catch (error) {
      if (error instanceof InvalidRecord || error instanceof RecordTooLarge) throw error;
      await wait(error instanceof Error ? error.message : String(error), error);
    }
  }
}

/**
 * The partition of a record: its own, where the log has as many; else that of its task, as receive places it, so that the records of
 * a task stay together and in order.
 */
function placeOf(
  record: RecordOfExport,
  options: Pick<AppendRecordsOptions, 'exportedPartitions' | 'partitions'>,
): number {
  const { exportedPartitions, partitions } = options;
  if (exportedPartitions === partitions) return record.partition;
  const read = fromRawRecord({ ...record, logged: '' });
  if ('problem' in read) return record.partition % partitions;
  return partitionOf(read.taskId === null ? read.id : partitionKey(read.account, read.taskId), partitions);
}
