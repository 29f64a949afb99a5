import { Mutex } from '@mps-ledger/async';

import { LogError, LogUnavailable } from '../port/errors';
import type { Appended, EventLog, FollowOptions, NewRecord } from '../port/port';
import type { Guard } from './guard';
import { topicPartition } from './inspection';

/** Comparisons after a successful append, while connections keep being created, before its outcome counts as unknown. */
const MAX_COMPARISONS = 5;

/** A log whose appends and batches wait for its guard. Closing it closes the guard. */
export function guardLog(log: Omit<EventLog, 'guard'>, guard: Guard): EventLog {
  const comparisons = new Mutex<string>();
  const append = async (topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> => {
    const key = topicPartition(topic, partition);
    const asked = performance.now();
    if (comparisons.isLocked(key) || guard.isAppendHeld(topic, partition, asked))
      await comparisons.run(key, () => guard.assureAppend(topic, partition, asked));
    const floor = guard.endOf(topic, partition);
    const appended = await log.append(topic, partition, records).catch((error: unknown) => {
      if (!(error instanceof LogUnavailable) && error instanceof LogError && isLogProblem(error))
        guard.requireComparison();
      throw error;
    });
    guard.verifyAppended(topic, partition, floor, appended.offsets);
    // It may have used a connection that was created after the last comparison.
    for (let times = 0; guard.isAppendHeld(topic, partition); times += 1) {
      if (times === MAX_COMPARISONS)
        throw new LogUnavailable('connections keep being lost: it is not known which log was written to');
      await guard.assureAppend(topic, partition);
    }
    guard.noteAppended(topic, partition, appended.offsets, records);
    return appended;
  };
  const onBatch =
    ({ topic, onBatch: work }: FollowOptions): FollowOptions['onBatch'] =>
    async (batch) => {
      await guard.assureSame(topic, batch.partition);
      return work(batch);
    };
  return {
    ...log,
    guard,
    append,
    follow: (options) => log.follow({ ...options, onBatch: onBatch(options) }),
    async close() {
      guard.close();
      await log.close();
    },
  };
}

const isLogProblem = ({ code }: LogError): boolean => code === 'log-not-ready' || code === 'log-replaced';
