import type { OwnRecord } from './end-tracker';
import type { GuardOptions } from './guard-options';
import type { LogProblem } from './log-guard';

/** Reads this process's last records again: before a problem is cleared, they must still be there. Null: they are. */
export async function findLostRecord(
  records: readonly OwnRecord[],
  { readOne, named, expires }: Pick<GuardOptions, 'readOne' | 'named' | 'expires'>,
): Promise<LogProblem | null> {
  for (const { topic, partition, offset, isSame } of records) {
    if (expires(topic) || isSame(await readOne(topic, partition, offset))) continue;
    const where = `partition ${partition} of ${named(topic)}`;
    return { code: 'log-replaced', reason: `${where} lost what this program appended at offset ${offset}` };
  }
  return null;
}
