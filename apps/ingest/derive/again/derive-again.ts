import { isGenesis, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { makeDerive, readOne, type DeriveMetrics } from '../derive';
import { derivedBackwards } from '../last-received';
import { findResumption } from '../resume';
import { Mutex } from '@mps-ledger/async';
import type { RawRange } from './arguments';

/** The result of deriving a range, or of a dry run. */
export interface DerivedRange extends RawRange {
  /** Raw records that exist in it, without genesis records. */
  readonly notifications: number;
  /** Events appended; none in a dry run. */
  readonly events: number;
  /** Where ingest continues deriving: nothing from there on was derived here. */
  readonly resumesAt: number;
}

export interface DeriveAgainOptions {
  readonly log: EventLog;
  readonly ranges: readonly RawRange[];
  readonly dryRun: boolean;
  /** Aborted to stop after what is in flight. */
  readonly signal: AbortSignal;
  /** Called after each batch with the notifications of the range derived so far. */
  readonly onProgress?: (range: RawRange, notifications: number) => void;
}

/**
 * Derives raw records again, range by range, in order; and then, in each partition, the newest derived record once more: deriving
 * continues after the last `notification.received`, which must not be that of a range. If it is stopped before that, deriving
 * continues after what was derived last, and derives the following records again.
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
  if (events > 0) await deriveNewestAgain(partition, Math.max(0, begun - 1), after - 1, options);
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

/** Derives the newest record by the current event log: ingest may have derived more during the run. */
async function deriveNewestAgain(
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

/** The derive step for records that were read. */
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
    ...{ metrics, largeRecords: new Mutex(), yieldToCallbacks: () => Promise.resolve() },
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
