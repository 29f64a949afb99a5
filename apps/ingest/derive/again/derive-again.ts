import { isGenesis, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { makeDerive, readOne, type DeriveMetrics } from '../derive';
import { derivedBackwards } from '../last-received';
import { findResumption } from '../resume';
import { makeTurns } from '../turns';
import type { RawRange } from './arguments';

/** What was derived of a range, or would be. */
export interface DerivedRange extends RawRange {
  /** Raw records of it that are there, genesis records not counted. */
  readonly notifications: number;
  /** Events appended; none in a dry run. */
  readonly events: number;
  /** Where deriving goes on by itself: nothing from there on was derived here. */
  readonly resumesAt: number;
}

export interface DeriveAgainOptions {
  readonly log: EventLog;
  readonly ranges: readonly RawRange[];
  readonly dryRun: boolean;
  /** Aborted to stop after what is under way. */
  readonly signal: AbortSignal;
  /** Told after each batch: notifications derived so far, of the range. */
  readonly onProgress?: (range: RawRange, notifications: number) => void;
}

/**
 * Derives raw records again, range by range, in order; and then, of each partition, the newest record derived once more: the
 * last `notification.received` says where deriving goes on, and that is not to be the middle of a range. Stopped in between,
 * deriving goes on behind what was derived last, and derives what follows it again.
 *
 * Rejects with `LogReplaced` where the raw log is not the one that was derived; else with the log's errors.
 */
export async function* deriveAgain(options: DeriveAgainOptions): AsyncGenerator<DerivedRange> {
  const partitions = [...new Set(options.ranges.map(({ partition }) => partition))].sort((a, b) => a - b);
  for (const partition of partitions) {
    const ranges = options.ranges.filter((range) => range.partition === partition);
    yield* inPartition(
      partition,
      [...ranges].sort((a, b) => a.from - b.from),
      options,
    );
  }
}

async function* inPartition(
  partition: number,
  ranges: readonly RawRange[],
  options: DeriveAgainOptions,
): AsyncGenerator<DerivedRange> {
  const { log, signal } = options;
  const { after } = await findResumption(log, partition);
  const begun = (await log.endPositions(TOPICS.events))[partition] ?? 0;
  let events = 0;
  for (const range of ranges) {
    const to = Math.min(range.to, after);
    const done = await deriveRange({ ...range, to }, options);
    events += done.events;
    yield { ...range, to: Math.max(range.from, to), ...done, resumesAt: after };
    if (signal.aborted) return;
  }
  if (events > 0) await deriveNewestOnceMore(partition, Math.max(0, begun - 1), after - 1, options);
}

async function deriveRange(
  range: RawRange,
  options: DeriveAgainOptions,
): Promise<{ notifications: number; events: number }> {
  const { log, dryRun, signal, onProgress } = options;
  const derive = makeAppending(log);
  let notifications = 0;
  for await (const records of log.read({ topic: TOPICS.raw, ...range })) {
    if (signal.aborted) break;
    if (!dryRun) await derive.batch(range.partition, records);
    notifications += records.filter((record) => !isGenesis(record)).length;
    onProgress?.(range, notifications);
  }
  return { notifications, events: derive.appended() };
}

/** The newest by the event log now: ingest may have gone on meanwhile. */
async function deriveNewestOnceMore(
  partition: number,
  since: number,
  known: number,
  { log }: DeriveAgainOptions,
): Promise<void> {
  let newest = known;
  for await (const { from, derived } of derivedBackwards(log, partition)) {
    newest = derived.reduce((highest, { rawOffset }) => Math.max(highest, rawOffset), newest);
    if (from <= since) break;
  }
  const record = await readOne(log, partition, newest);
  if (record !== undefined) await makeAppending(log).batch(partition, [record]);
}

/** The derive step, over records that were read. */
function makeAppending(log: EventLog) {
  let appended = 0;
  const metrics: Pick<DeriveMetrics, 'appended' | 'notInterpreted' | 'readAgain'> = {
    appended: (types) => void (appended += types.length),
    notInterpreted: () => undefined,
    readAgain: () => undefined,
  };
  const derive = makeDerive({
    append: log.append.bind(log),
    readAgain: (partition, offset) => readOne(log, partition, offset),
    ...{ metrics, turns: makeTurns(), giveWay: () => Promise.resolve() },
  });
  return {
    appended: () => appended,
    async batch(partition: number, records: readonly LogRecord[]): Promise<void> {
      const from = records[0]?.offset ?? 0;
      const to = (records.at(-1)?.offset ?? from) + 1;
      const never = new AbortController().signal;
      const work = { topic: TOPICS.raw, partition, from, to, records, signal: never };
      await derive({ ...work, heartbeat: () => Promise.resolve() });
    },
  };
}
