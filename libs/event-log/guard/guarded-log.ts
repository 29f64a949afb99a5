import type { Send } from '../append/partition-queue';
import { LogError, LogUnavailable } from '../port/errors';
import type { EventLog, FollowOptions, NewRecord } from '../port/port';
import type { Guard } from './guard';

/** Comparisons after a successful append, while connections keep being created, before its outcome counts as unknown. */
const MAX_COMPARISONS = 5;

/** A log whose batches wait for its guard. Closing it closes the guard. */
export function guardLog(log: Omit<EventLog, 'guard'>, guard: Guard): EventLog {
  const onBatch =
    ({ topic, onBatch: work }: FollowOptions): FollowOptions['onBatch'] =>
    async (batch) => {
      await guard.assureSame(topic, batch.partition);
      return work(batch);
    };
  return {
    ...log,
    guard,
    follow: (options) => log.follow({ ...options, onBatch: onBatch(options) }),
    async close() {
      guard.close();
      await log.close();
    },
  };
}

/** Sends to a partition, one at a time, that wait for the guard of the log, and are checked by it before they are reported. */
export function guardSends(guard: Guard, send: Send): Send {
  return async (outgoing) => {
    const { topic, partition } = outgoing;
    if (guard.isAppendHeld(topic, partition)) await guard.assureAppend(topic, partition);
    const floor = guard.endOf(topic, partition);
    let records: readonly NewRecord[] = [];
    const take = () => {
      const taken = outgoing.take();
      records = taken.records;
      return taken;
    };
    const appended = await send({ topic, partition, take }).catch((error: unknown) => {
      if (error instanceof LogError && isLogProblem(error)) guard.requireComparison();
      throw error;
    });
    if (appended === undefined) return undefined;
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
}

const isLogProblem = ({ code }: LogError): boolean => code === 'log-not-ready' || code === 'log-replaced';
