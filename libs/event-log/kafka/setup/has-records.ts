import { isGenesis } from '../../port/genesis';
import type { Place } from '../../guard/inspection';
import { Damages } from '../connections/damages';
import { readPartition } from '../read';
import type { Reader } from '../reader';

/** So many genesis records at most are there where setups raced. */
const MOST_GENESIS = 20;

/** Whether any partition has a record that is no genesis. Rejects with a LogError. */
export async function isUsed(
  reader: Reader,
  places: readonly Place[],
  named: (topic: string) => string,
): Promise<boolean> {
  for (const { topic, partition, found } of places) {
    const end = found?.end ?? 0;
    if (end <= 1) continue;
    if (end > MOST_GENESIS || found?.beginning === 'cut') return true;
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
