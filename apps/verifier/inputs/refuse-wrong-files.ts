import { readJournal } from './journal';
import { readTruth } from './truth';

/** The files that were given. */
export interface GivenFiles {
  readonly journals: readonly string[];
  readonly truths: readonly string[];
}

/**
 * Reads files to their ends for their mistakes alone, before anything long is begun. Answers how many tasks the truths
 * have. @throws UsageError
 */
export async function refuseWrongFiles({ journals, truths }: GivenFiles): Promise<number> {
  for (const file of journals) await countOf(readJournal(file));
  let tasks = 0;
  for (const file of truths) tasks += await countOf(readTruth(file));
  return tasks;
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  const iterator = items[Symbol.asyncIterator]();
  let count = 0;
  while ((await iterator.next()).done !== true) count += 1;
  return count;
}
