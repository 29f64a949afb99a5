import type { Pool } from 'pg';
import type { EventLog, LogGuard, Logger } from '@mps-ledger/event-log';
import { databaseTime, writeCompleteAsOf } from '@mps-ledger/read-model';
import type { FreshnessSample, ReadModel, SeenEventEnd } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { FOLLOWED, type ProgressAfterBatch } from '@mps-ledger/task-projection';
import type { RawWatch } from './raw-watch';
import { EventEnds } from './event-ends';
import { SeenEnds, type ReadEnds } from './seen-ends';

export interface FreshnessOptions {
  readonly model: ReadModel<Pool>;
  readonly log: Pick<EventLog, 'endPositions'> & { readonly guard: Pick<LogGuard, 'isSame'> };
  /** Partitions of a followed topic that this process owns. */
  readonly owned: (topic: string) => readonly number[];
  readonly watch: RawWatch;
  readonly logger: Logger;
  /** Between two rounds. Default 200. */
  readonly intervalMs?: number;
}

/**
 * Determines up to which time the rows are complete (`complete_as_of`), and writes it. Each owned partition has a pending sample: a
 * time by the database's clock, and the end of the source topic (for events: the raw topic) read after that time. Once the rows have
 * reached that end they include everything acknowledged before that time, and the next sample is taken. A busy partition writes the
 * time together with a batch; for an idle one a round here does. Committed offsets of groups are no evidence.
 */
export interface FreshnessTracker {
  /** The time to write together with a batch that leads to this progress; null if none. */
  completeAsOf(topic: string, partition: number, progress: ProgressAfterBatch): string | null;
  /** The end of the event log as it was last seen, to write together with a batch; null: of another topic, or not seen. */
  eventEnd(topic: string, partition: number): SeenEventEnd | null;
  /** That time was committed: the next sample may be taken. */
  committed(topic: string, partition: number, asOf: string): void;
  /** One round: takes the missing samples, writes those that are reached, and has the raw log checked for the others. */
  round(): Promise<void>;
  /** Ends the rounds; resolves when none is in flight. */
  close(): Promise<void>;
}

/** By topic and partition. */
type Pending = Map<string, FreshnessSample>;

export function makeFreshnessTracker(options: FreshnessOptions): FreshnessTracker {
  const { model, intervalMs = 200, logger, watch } = options;
  const pending: Pending = new Map();
  const seen = new SeenEnds();
  const events = new EventEnds(options.log);
  const round = async (): Promise<void> => {
    const owned = ownedNow(options);
    for (const key of pending.keys()) if (!owned.has(key)) pending.delete(key);
    const waiting = new Set(pending.values());
    const asOf = owned.size === 0 ? '' : await databaseTime(model);
    const ends = await takeSamples(pending, owned, asOf, options.log);
    seen.record(ofSameLog(ends, options.log.guard));
    dropWrongSamples(pending, ends, seen);
    if (ends.has(TOPICS.events)) await events.read(asOf);
    const samples = [...pending.values()].map((one) => {
      const { topic, partition } = one;
      return { ...one, seenEnd: seen.of(topic, partition), eventEnd: events.of(topic, partition) };
    });
    for (const { topic, partition } of await writeCompleteAsOf(model, samples)) pending.delete(keyOf(topic, partition));
    await watch.check([...pending.values()].filter((sample) => sample.topic === TOPICS.events && waiting.has(sample)));
  };
  const rounds = repeat(round, intervalMs, (error, failures) => {
    if (failures === 1) logger.warn({ err: error }, 'the freshness of the rows could not be determined');
  });
  return {
    completeAsOf(topic, partition, { position, rawNext }) {
      const sample = pending.get(keyOf(topic, partition));
      const end = topic === TOPICS.events ? rawNext : position;
      return sample !== undefined && end >= sample.end ? sample.asOf : null;
    },
    eventEnd: (topic, partition) => events.of(topic, partition),
    committed(topic, partition, asOf) {
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

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

function ownedNow({ owned }: FreshnessOptions): ReadonlyMap<string, TopicPartition> {
  const partitions = FOLLOWED.flatMap((topic) => owned(topic).map((partition) => ({ topic, partition })));
  return new Map(partitions.map((one) => [keyOf(one.topic, one.partition), one]));
}

/** Takes the missing samples, as of a time by the database's clock; answers the ends of the source topics, as far as they can be read. */
async function takeSamples(
  pending: Pending,
  owned: ReadonlyMap<string, TopicPartition>,
  asOf: string,
  log: FreshnessOptions['log'],
): Promise<ReadEnds> {
  const missing = [...owned].filter(([key]) => !pending.has(key));
  const needed = new Set(missing.map(([, { topic }]) => topic));
  const ends = new Map<string, readonly number[]>();
  for (const topic of new Set([...owned.values()].map((one) => one.topic))) {
    const read = log.endPositions(sourceOf(topic));
    // Where no sample is missing, the end is read only to record how far the log reaches.
    ends.set(topic, await (needed.has(topic) ? read : read.catch(() => [])));
  }
  for (const [key, { topic, partition }] of missing) {
    const end = ends.get(topic)?.[partition];
    if (end !== undefined) pending.set(key, { topic, partition, asOf, end });
  }
  return ends;
}

/** The topic that the records of a followed topic come from. */
function sourceOf(topic: string): string {
  return topic === TOPICS.events ? TOPICS.raw : topic;
}

/** The ends of partitions that are verified to be of the expected log, 0 for others: ends of a replaced log must not be stored. */
function ofSameLog(ends: ReadEnds, guard: Pick<LogGuard, 'isSame'>): ReadEnds {
  return new Map(
    [...ends].map(([topic, those]) => [
      topic,
      those.map((end, partition) => (guard.isSame(sourceOf(topic), partition) ? end : 0)),
    ]),
  );
}

/** Drops samples whose end was read once and not confirmed: such an end was wrong and would never be reached. */
function dropWrongSamples(pending: Pending, ends: ReadEnds, seen: SeenEnds): void {
  for (const [key, { topic, partition, end }] of pending) {
    const now = ends.get(topic)?.[partition];
    if (now !== undefined && now < end && seen.of(topic, partition) < end) pending.delete(key);
  }
}

/** Runs work repeatedly, never twice at once; `onFailure` gets failures in a row, counted from 1. */
function repeat(work: () => Promise<void>, pauseMs: number, onFailure: (error: unknown, failures: number) => void) {
  let failures = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let inFlight: Promise<void> = Promise.resolve();
  const schedule = (): void => {
    const begin = (): void => {
      inFlight = run();
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
      await inFlight;
    },
  };
}
