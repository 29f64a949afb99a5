import type { Consume, Coordination, TopicPartition } from '@mps-ledger/consuming';
import type { EventLog } from '@mps-ledger/event-log';
import { backoff, pause } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import { isFinalFailure } from './final-failures';
import type { LoadPace } from './pace';
import { readSlices, type SliceSize } from './read-slices';
import type { TaskCache } from './task-cache';

/** What loads partitions, one after another or several at once. */
export interface Loader {
  readonly log: Pick<EventLog, 'read'>;
  readonly coordination: Pick<Coordination, 'startAt' | 'onFailure'>;
  readonly consume: Consume;
  readonly cache: TaskCache;
  /** Where the checkpoint is. */
  readonly position: (at: TopicPartition) => Promise<number>;
  readonly pace: LoadPace;
  readonly limits: SliceSize;
  /** Records below this position are applied, or held until the next ones are read. */
  readonly onProgress: (at: TopicPartition, position: number) => void;
  /** Ends the work: what is not committed then is not applied. */
  readonly signal: AbortSignal;
}

/**
 * Applies what a partition has below `end`. What fails because of the database or the log is tried again indefinitely, from the checkpoint on;
 * rejects with a failure that will not pass by itself.
 */
export async function loadPartition(at: TopicPartition, end: number, loader: Loader): Promise<void> {
  const { cache, coordination, signal } = loader;
  let failures = 0;
  let reachedBefore = -1;
  const progress = (position: number): void => {
    failures = 0;
    loader.onProgress(at, position);
  };
  while (!signal.aborted) {
    try {
      const { reached, isWhole } = await loadOnce(at, end, loader, progress);
      // A log that has no more below the end, though it says so, leaves the rest to the projector.
      if (reached >= end || (isWhole && reached <= reachedBefore)) return;
      reachedBefore = reached;
    } catch (error) {
      if (at.topic === TOPICS.events) cache.forget(at.partition);
      if (isFinalFailure(error)) throw error;
      failures += 1;
      coordination.onFailure(at.topic, { partition: at.partition, error, attempt: failures });
      await pause(backoff(failures), signal);
    }
  }
}

/** Once from the checkpoint on. Answers how far it came, and whether that is all that the log gave. */
async function loadOnce(
  at: TopicPartition,
  end: number,
  { log, coordination, consume, cache, position, pace, limits, signal }: Loader,
  progress: (position: number) => void,
): Promise<{ readonly reached: number; readonly isWhole: boolean }> {
  const { topic, partition } = at;
  const from = await coordination.startAt(topic, partition);
  const before = await position(at);
  if (before === 0 && topic === TOPICS.events) cache.begin(partition);
  if (before >= end) return { reached: before, isWhole: true };
  let reached = from;
  for await (const slice of readSlices(log, { topic, partition, from, to: end }, limits)) {
    await pace(slice.records.length, signal);
    if (signal.aborted) break;
    reached = await consume({ ...slice, signal, heartbeat: () => Promise.resolve() });
    if (reached > before) progress(reached);
    // The checkpoint is elsewhere: another process is at work, or it was set back.
    if (reached < slice.to) return { reached, isWhole: false };
  }
  return { reached, isWhole: true };
}
