/**
 * The port of the event log. Two drivers implement it: Kafka and Postgres.
 *
 * Words. **Topic**: a named log of a fixed number of partitions. **Partition**: an ordered sequence of records.
 * **Offset**: the number of a record in its partition. **Position**: the offset to fetch next. **Group**: a named reader, which
 * may be many processes; each partition is meant for one of them at a time (its owner). **Progress**: the position a group
 * has committed.
 *
 * What every driver guarantees, and no more:
 * - At least once. A record may be delivered again, also after it was committed. An append may be in the log twice, also
 *   one that resolved: a driver may have to repeat it to learn its outcome.
 * - Order per partition. Offsets rise; they need not be contiguous.
 * - Several appends are not atomic.
 * - A partition may be taken away in the middle of a batch, while another owner is already at work on it. Ownership is
 *   thus an optimisation: a handler compares positions inside its own transaction to apply a record once.
 * - A group without progress starts at zero, never at the end.
 * - A position that the log does not have is reported as `out-of-range`, never answered by a jump.
 * - Every partition begins with a genesis record (see genesis.ts), delivered like any other.
 */

import type { LogError } from './errors';
import type { LogGuard } from '../guard/log-guard';

/** Exact bytes and text headers. A header's value is any Unicode text without lone surrogates. */
export interface NewRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LogRecord extends NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /**
   * When the log appended it: RFC 3339, UTC, milliseconds. Goes back within a partition only where the log's clock does: on
   * Kafka the clock is that of the partition's leader, which may move.
   */
  readonly logged: string;
}

/** Where an append landed. Success is reported only for records that the log holds durably. */
export interface Appended {
  /** One offset per record, in the order given. */
  readonly offsets: readonly number[];
  readonly logged: string;
}

export interface AppendOptions {
  /**
   * How long it may take, in ms; then it is rejected with `AppendUnanswered`, and never sent to the log if it still waits.
   * Default 30,000.
   */
  readonly withinMs?: number;
}

/** The copy of a log, and the derivation in it; both count from 1. They are part of topics' names (see topic-names.ts). */
export interface Generations {
  /** Rises when the whole log is copied to new topics, such as for another number of partitions. */
  readonly logGeneration: number;
  /** Of the derived topic: rises with the mapper that derives it. */
  readonly eventGeneration: number;
}

/** The identity of a log. The id is created once, at setup, and stays when the log is copied. */
export interface LogIdentity extends Generations {
  /** 12 characters of `[a-z0-9]`. */
  readonly logId: string;
  /** Partitions of each topic. */
  readonly partitions: number;
}

/** One unit of work: consecutive records of one partition. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  /** The position this was fetched from; not the first record's offset, as offsets have gaps. */
  readonly from: number;
  /** The position to fetch next, once all of this is done. */
  readonly to: number;
  /** At least one. */
  readonly records: readonly LogRecord[];
  /** Aborted when this owner is known to have lost the partition, or is stopping: end soon, commit nothing more. */
  readonly signal: AbortSignal;
  /** Keeps the ownership during a long batch. Cheap; rejects if ownership is lost. */
  heartbeat(): Promise<void>;
}

export interface FollowOptions {
  readonly group: string;
  readonly topic: string;
  /**
   * Returns the position to begin at. Called when this process becomes a partition's owner, after each failure, and after a
   * period without an answer from the log, as it may have been recreated in that period. `undefined`: begins at the group's
   * progress, or at zero without one. A rejection counts as a failure.
   */
  readonly startAt?: (partition: number) => Promise<number | undefined>;
  /**
   * Does the work of a batch and returns the position to continue from: `batch.to`, or another one to seek to. Once it
   * resolved, the driver commits that position as the group's progress, unless ownership was lost. A rejection is
   * reported to `onFailure`; then, after a pause (100 ms, doubling to 5 s), the partition begins again at `startAt`,
   * indefinitely. Partitions proceed independently of each other; batches of one partition never overlap in a process.
   */
  readonly onBatch: (batch: Batch) => Promise<number>;
  /** A batch, a fetch or `startAt` failed (not called for lost ownership). `attempt` counts from 1 and is reset by a success. */
  readonly onFailure?: (failure: { partition: number; error: unknown; attempt: number }) => void;
  /** Called when no partition can be followed, with the reason, and with null once the group is joined. */
  readonly onOutage?: (error: LogError | null) => void;
  /** Called when ownership is gained (`true`) and lost (`false`). */
  readonly onOwnership?: (partition: number, owned: boolean) => void;
  /** Records per batch at most. Default: 500 of the Postgres log, 1,000 of Kafka. */
  readonly maxRecords?: number;
  /** Value bytes per batch at most; a single larger record comes alone. Default 8 MiB. */
  readonly maxBytes?: number;
}

export interface Follower {
  /** Partitions this process owns now, ascending. */
  owned(): readonly number[];
  /** Waits for the batches in flight (their signals are aborted), releases ownership, then resolves. */
  stop(): Promise<void>;
}

export interface ReadOptions {
  readonly topic: string;
  readonly partition: number;
  /** The position to begin at. Where the log no longer has it, reading begins at the first record that it has. */
  readonly from: number;
  /** The position to end before; reading ends at the end of the log where that is lower. */
  readonly to: number;
  /** Records per batch at most. Default 500. */
  readonly maxRecords?: number;
  /** Value bytes per batch at most; a single larger record comes alone. Default 8 MiB. */
  readonly maxBytes?: number;
}

export interface EventLog {
  /**
   * Appends to one partition, in order, all or none, together with other appends that wait for that partition. Rejects with
   * `LogUnavailable` when the log cannot be reached (the outcome is unknown then: an append that is repeated can be there twice),
   * with its subclass `TooManyWaiting` where there is no room, with `RecordTooLarge` for records that together have more than
   * MAX_APPEND_BYTES (see limits.ts), with `InvalidRecord` for no record at all or a header that is no such text, and with
   * `LogNotReady` for a partition that setup has not created.
   * Appends of one process to one partition land in the order of the calls, as far as they succeed. Once `guard` knows which log
   * to expect, it rejects with the guard's problem, too: what landed in another log is not reported as appended.
   */
  append(topic: string, partition: number, records: readonly NewRecord[], options?: AppendOptions): Promise<Appended>;
  /** Reads the log's records in the background until stopped. */
  follow(options: FollowOptions): Follower;
  /**
   * Reads what one partition holds now, for inspection: without a group, ownership or progress, each record once, in order, in
   * batches of at least one, bounded by `to`. Leaves no trace in the log. Breaking out of the iteration ends it. Rejects with a
   * LogError; what was yielded before stays valid.
   */
  read(options: ReadOptions): AsyncIterable<readonly LogRecord[]>;
  /** The position after the last record, by partition. Reads the log itself, not a cache. Rejects like `identity`. */
  endPositions(topic: string): Promise<readonly number[]>;
  /** A group's progress, by partition; null where it has none. */
  progress(group: string, topic: string): Promise<readonly (number | null)[]>;
  /** Reads the genesis records; rejects with `LogNotReady` where setup has not run, naming what is missing. */
  identity(): Promise<LogIdentity>;
  /** Compares the log with the expected one. */
  readonly guard: LogGuard;
  /** Stops all followers, waits for appends in flight and closes every connection; later appends are `LogUnavailable`. */
  close(): Promise<void>;
}

/** What setup must find or create. */
export interface LogLayout {
  /** Names without prefix and generations. */
  readonly topics: readonly string[];
  /** The topic that is derived from another one, and what derives it. Default: none. */
  readonly derived?: DerivedTopic;
  /** Which generations of the topics. Default: the first. */
  readonly generations?: Generations;
  readonly partitions: number;
}

export interface DerivedTopic {
  readonly topic: string;
  /** The version of the mapping. */
  readonly mapper: string;
}
