import { coalesce } from '@mps-ledger/async';
import { TOPICS } from '@mps-ledger/records';
import { firstFrom, type ReadableLog } from '../../derive/resume';
import type { EventLog } from '@mps-ledger/event-log';

/** Where forwarding begins in each partition. */
export interface StartPositions {
  /** After what the group has done. */
  at(partition: number): Promise<number>;
  /** Whether the group has no progress yet in a partition that began; asked once for each beginning. */
  takeFirst(partition: number): boolean;
}

/**
 * How many records before the end are looked at where the group has no progress: a process may have been killed before its first
 * commit. What is older was received before, or is not to be forwarded.
 */
const LOOK_BACK = 1_000;

/** Reads at once where the log ends now, so that what is received from now on is forwarded. */
export function makeStartPositions(log: ReadableLog & Pick<EventLog, 'progress'>, group: string): StartPositions {
  const progress = coalesce(() => log.progress(group, TOPICS.raw));
  const ends = coalesce(() => log.endPositions(TOPICS.raw));
  const beginnings = new Set<number>();
  let first: Promise<readonly number[]> | undefined;
  const endsAtFirst = (): Promise<readonly number[]> =>
    (first ??= log.endPositions(TOPICS.raw).catch((error: unknown) => {
      first = undefined;
      throw error;
    }));
  endsAtFirst().catch(() => undefined);
  return {
    async at(partition) {
      const [done, before] = await Promise.all([progress(), endsAtFirst()]);
      const end = (await ends())[partition] ?? 0;
      const own = done[partition] ?? null;
      if (own === null) beginnings.add(partition);
      const from = own ?? Math.max(0, (before[partition] ?? 0) - LOOK_BACK);
      return firstFrom(log, partition, from, end);
    },
    takeFirst: (partition) => beginnings.delete(partition),
  };
}
