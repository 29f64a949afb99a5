import type { Pool } from 'pg';
import type { EventLog, Logger } from '@mps-ledger/event-log';
import { databaseTime, writeCompleteAsOf } from '@mps-ledger/read-model';
import type { FreshnessSample } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/wire';
import { DERIVE_GROUP } from './groups';

export interface FreshnessOptions {
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'endPositions' | 'progress'>;
  /** Partitions of the event topic that this process owns. */
  readonly owned: () => readonly number[];
  readonly logger: Logger;
  /** Between two rounds. Default 200. */
  readonly intervalMs?: number;
  /** How long a sample waits before it is asked whether the raw log has gaps that no event names. Default 1000. */
  readonly gapsAfterMs?: number;
}

/**
 * Finds out as of when the rows are complete, and writes it. For each owned partition a sample is pending: a time by the
 * database's clock, and the raw topic's end read after it. When the rows have reached that end they hold everything that
 * was acknowledged before that time; then the next sample is taken. A busy partition writes it along with a batch, an idle
 * one is written here.
 */
export interface Freshness {
  /** The time that may be written with a batch after which raw offsets below `rawApplied` are applied; null if none. */
  completeAsOf(topic: string, partition: number, rawApplied: number): string | null;
  /** That time was committed: the next sample may be taken. */
  reached(partition: number, asOf: string): void;
  /** One round: takes the samples that are missing, writes those that are reached. */
  round(): Promise<void>;
  /** Ends the rounds; resolves when none is under way. */
  close(): Promise<void>;
}

interface Pending extends FreshnessSample {
  readonly takenMs: number;
}

export function makeFreshness(options: FreshnessOptions): Freshness {
  const { pool, intervalMs = 200, logger } = options;
  const pending = new Map<number, Pending>();
  const round = async (): Promise<void> => {
    const owned = new Set(options.owned());
    for (const partition of pending.keys()) if (!owned.has(partition)) pending.delete(partition);
    if (owned.size === 0) return;
    await takeSamples(pending, owned, options);
    await lookForGaps(pending, options);
    for (const partition of await writeCompleteAsOf(pool, TOPICS.events, [...pending.values()]))
      pending.delete(partition);
  };
  const rounds = repeat(round, intervalMs, (error, failures) => {
    if (failures === 1) logger.warn({ err: error }, 'how fresh the rows are cannot be told just now');
  });
  return {
    completeAsOf(topic, partition, rawApplied) {
      const sample = topic === TOPICS.events ? pending.get(partition) : undefined;
      return sample !== undefined && rawApplied >= sample.rawEnd ? sample.asOf : null;
    },
    reached(partition, asOf) {
      if (pending.get(partition)?.asOf === asOf) pending.delete(partition);
    },
    round,
    close: () => rounds.stop(),
  };
}

async function takeSamples(
  pending: Map<number, Pending>,
  owned: ReadonlySet<number>,
  { pool, log }: FreshnessOptions,
): Promise<void> {
  const missing = [...owned].filter((partition) => !pending.has(partition));
  if (missing.length === 0) return;
  const takenMs = performance.now();
  const asOf = await databaseTime(pool);
  const ends = await log.endPositions(TOPICS.raw);
  for (const partition of missing) {
    const rawEnd = ends[partition];
    if (rawEnd !== undefined) pending.set(partition, { partition, asOf, rawEnd, eventEnd: null, takenMs });
  }
}

/**
 * Raw offsets may have gaps, also at the end: a second genesis record, a transaction's marker. No event names those. What
 * derivation has committed tells: it appended the events of all it has passed, so when the raw end is passed, the rows are
 * complete once they reach the end that the event topic has now.
 */
async function lookForGaps(
  pending: Map<number, Pending>,
  { log, gapsAfterMs = 1_000 }: FreshnessOptions,
): Promise<void> {
  const now = performance.now();
  const waiting = [...pending.values()].filter(
    ({ eventEnd, takenMs }) => eventEnd === null && now - takenMs > gapsAfterMs,
  );
  if (waiting.length === 0) return;
  const derived = await log.progress(DERIVE_GROUP, TOPICS.raw);
  const passed = waiting.filter(({ partition, rawEnd }) => (derived[partition] ?? 0) >= rawEnd);
  if (passed.length === 0) return;
  const ends = await log.endPositions(TOPICS.events);
  for (const sample of passed) pending.set(sample.partition, { ...sample, eventEnd: ends[sample.partition] ?? null });
}

/** Runs work again and again, never twice at once; `onFailure` hears of failures in a row, counted from 1. */
function repeat(work: () => Promise<void>, pauseMs: number, onFailure: (error: unknown, failures: number) => void) {
  let failures = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  const schedule = (): void => {
    const begin = (): void => {
      underWay = run();
    };
    if (!stopped) timer = setTimeout(begin, pauseMs);
  };
  const run = async (): Promise<void> => {
    try {
      await work();
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!stopped) onFailure(error, failures);
    }
    schedule();
  };
  schedule();
  return {
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
