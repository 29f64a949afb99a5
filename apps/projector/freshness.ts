import type { Pool } from 'pg';
import type { EventLog, LogGuard, Logger } from '@mps-ledger/event-log';
import { databaseTime, writeCompleteAsOf } from '@mps-ledger/read-model';
import type { FreshnessSample } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { FOLLOWED } from './groups';
import type { RawWatch } from './raw-watch';
import { SeenEnds, type ReadEnds } from './seen-ends';

export interface FreshnessOptions {
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'endPositions'> & { readonly guard: Pick<LogGuard, 'isSame'> };
  /** Partitions of a followed topic that this process owns. */
  readonly owned: (topic: string) => readonly number[];
  readonly watch: RawWatch;
  readonly logger: Logger;
  /** Between two rounds. Default 200. */
  readonly intervalMs?: number;
}

/** How far a partition is once a batch is applied. */
export interface Reached {
  /** The next offset to apply. */
  readonly position: number;
  /** Each raw offset below is accounted for. */
  readonly rawNext: number;
}

/**
 * Finds out as of when the rows are complete, and writes it. For each owned partition a sample is pending: a time by the
 * database's clock, and an end read after it, of events the raw topic's. When the rows have reached that end they hold
 * everything that was acknowledged before that time; then the next sample is taken. A busy partition writes it along with a
 * batch, an idle one is written here. What others say of their progress is no evidence.
 */
export interface Freshness {
  /** The time that may be written with a batch after which so much is applied; null if none. */
  completeAsOf(topic: string, partition: number, reached: Reached): string | null;
  /** That time was committed: the next sample may be taken. */
  reached(topic: string, partition: number, asOf: string): void;
  /** One round: takes the samples that are missing, writes those that are reached, looks into what others wait for. */
  round(): Promise<void>;
  /** Ends the rounds; resolves when none is under way. */
  close(): Promise<void>;
}

/** By topic and partition. */
type Pending = Map<string, FreshnessSample>;

export function makeFreshness(options: FreshnessOptions): Freshness {
  const { pool, intervalMs = 200, logger, watch } = options;
  const pending: Pending = new Map();
  const seen = new SeenEnds();
  const round = async (): Promise<void> => {
    const owned = ownedNow(options);
    for (const key of pending.keys()) if (!owned.has(key)) pending.delete(key);
    const waiting = new Set(pending.values());
    const ends = await takeSamples(pending, owned, options);
    seen.take(ofSameLog(ends, options.log.guard));
    forgetWrong(pending, ends, seen);
    const samples = [...pending.values()].map((one) => ({ ...one, seenEnd: seen.of(one.topic, one.partition) }));
    for (const { topic, partition } of await writeCompleteAsOf(pool, samples)) pending.delete(keyOf(topic, partition));
    await watch.look([...pending.values()].filter((sample) => sample.topic === TOPICS.events && waiting.has(sample)));
  };
  const rounds = repeat(round, intervalMs, (error, failures) => {
    if (failures === 1) logger.warn({ err: error }, 'how fresh the rows are cannot be told just now');
  });
  return {
    completeAsOf(topic, partition, { position, rawNext }) {
      const sample = pending.get(keyOf(topic, partition));
      const end = topic === TOPICS.events ? rawNext : position;
      return sample !== undefined && end >= sample.end ? sample.asOf : null;
    },
    reached(topic, partition, asOf) {
      const key = keyOf(topic, partition);
      if (pending.get(key)?.asOf === asOf) pending.delete(key);
    },
    round,
    close: () => rounds.stop(),
  };
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

function ownedNow({ owned }: FreshnessOptions): ReadonlyMap<string, Place> {
  const places = [...FOLLOWED.keys()].flatMap((topic) => owned(topic).map((partition) => ({ topic, partition })));
  return new Map(places.map((place) => [keyOf(place.topic, place.partition), place]));
}

/** Answers the ends of what the followed topics' records come from, as far as they can be read. */
async function takeSamples(
  pending: Pending,
  owned: ReadonlyMap<string, Place>,
  { pool, log }: FreshnessOptions,
): Promise<ReadEnds> {
  const missing = [...owned].filter(([key]) => !pending.has(key));
  const needed = new Set(missing.map(([, { topic }]) => topic));
  const asOf = missing.length === 0 ? '' : await databaseTime(pool);
  const ends = new Map<string, readonly number[]>();
  for (const topic of new Set([...owned.values()].map((place) => place.topic))) {
    const read = log.endPositions(sourceOf(topic));
    // Where all samples are there, the log is only looked at for what has come since.
    ends.set(topic, await (needed.has(topic) ? read : read.catch(() => [])));
  }
  for (const [key, { topic, partition }] of missing) {
    const end = ends.get(topic)?.[partition];
    if (end !== undefined) pending.set(key, { topic, partition, asOf, end });
  }
  return ends;
}

/** The topic that a followed topic's records come from. */
function sourceOf(topic: string): string {
  return topic === TOPICS.events ? TOPICS.raw : topic;
}

/** The ends that are known to be of the log that the rows belong to, 0 for others: those of a log in its place must not be kept. */
function ofSameLog(ends: ReadEnds, guard: Pick<LogGuard, 'isSame'>): ReadEnds {
  return new Map(
    [...ends].map(([topic, those]) => [
      topic,
      those.map((end, partition) => (guard.isSame(sourceOf(topic), partition) ? end : 0)),
    ]),
  );
}

/** Forgets samples of an end that was read once, and is not there: it arrived wrong, and would never be reached. */
function forgetWrong(pending: Pending, ends: ReadEnds, seen: SeenEnds): void {
  for (const [key, { topic, partition, end }] of pending) {
    const now = ends.get(topic)?.[partition];
    if (now !== undefined && now < end && seen.of(topic, partition) < end) pending.delete(key);
  }
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
