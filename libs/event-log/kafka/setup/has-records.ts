import { isGenesis } from '../../port/genesis';
import type { PartitionInspection } from '../../guard/inspection';
import { Damages } from '../connections/damages';
import { readPartition } from '../read';
import type { Reader } from '../reader';

/** Concurrent setups append at most so many genesis records. */
const MAX_GENESIS_RECORDS = 20;

/** Whether any partition has a record that is not a genesis record. Rejects with a LogError. */
export async function hasRecords(
  reader: Reader,
  inspections: readonly PartitionInspection[],
  named: (topic: string) => string,
): Promise<boolean> {
  for (const { topic, partition, found } of inspections) {
    const end = found?.end ?? 0;
    if (end <= 1) continue;
    if (end > MAX_GENESIS_RECORDS || found?.beginning === 'cut') return true;
    for await (const records of readPartition(reader, new Damages(), named(topic), {
      topic,
      partition,
      from: 0,
      to: end,
    }))
      if (records.some((record) => !isGenesis(record))) return true;
  }
  return false;
}
