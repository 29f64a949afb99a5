/**
 * The event log, as the rest of the system knows it. Two drivers keep it: Kafka and Postgres.
 *
 * Words. **Topic**: a named log of a fixed number of partitions. **Partition**: an ordered sequence of records.
 * **Offset**: a record's place in its partition. **Position**: the offset to fetch next. **Group**: a named reader, which
 * may be many processes; each partition is meant for one of them at a time (its owner). **Progress**: the position a group
 * has committed.
 *
 * What is promised, by every driver, and no more:
 * - At least once. A record may be delivered again, also after it was committed. An append may be in the log twice, also
 *   one that resolved: a driver may have to repeat it to know.
 * - Order per partition. Offsets rise; they need not be contiguous.
 * - Several appends are not atomic.
 * - A partition may be taken away in the middle of a batch, while another owner is already at work on it. Ownership is
 *   thus an optimisation: what must happen once is compared inside the handler's own transaction.
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
   * When the log took it: RFC 3339, UTC, milliseconds. Goes back within a partition only where the log's clock does: on
   * Kafka it is that of the partition's leader, which may move.
   */
  readonly logged: string;
}

/** Where an append landed. Success is only ever reported for records that the log holds durably. */
export interface Appended {
  /** One offset per record, in the order given. */
  readonly offsets: readonly number[];
  readonly logged: string;
}

/** Which copy of a log this is, and which derivation in it; both from 1. Topics are named by them (see topic-names.ts). */
export interface Generations {
  /** Rises when the whole log is copied to new topics, such as for another number of partitions. */
  readonly logGeneration: number;
  /** Of the derived topic: rises with the mapper that derives it. */
  readonly eventGeneration: number;
}

/** Which log this is. The id is made once, at setup, and stays when the log is copied. */
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
  /** Aborted when this owner is known to have lost the partition, or is stopping: give up soon, commit nothing more. */
  readonly signal: AbortSignal;
  /** Says "still at work", so that a long batch does not cost the ownership. Cheap; rejects if ownership is lost. */
  heartbeat(): Promise<void>;
}

export interface FollowOptions {
  readonly group: string;
  readonly topic: string;
  /**
   * Called when this process becomes a partition's owner, and again after each failure and after a time in which the log
   * was not heard of, as it may have been made anew meanwhile: where to begin. `undefined`:
   * at the group's progress, or at zero without one. A rejection counts as a failure.
   */
  readonly startAt?: (partition: number) => Promise<number | undefined>;
  /**
   * Does the work of a batch and answers the position to go on from: `batch.to`, or another one to seek to. Once it
   * resolved, the driver commits that position as the group's progress, unless ownership was lost. A rejection is
   * reported to `onFailure`; then, after a pause (100 ms, doubling to 5 s), the partition begins again at `startAt`,
   * without end. Partitions proceed independently of each other; batches of one partition never overlap in a process.
   */
  readonly onBatch: (batch: Batch) => Promise<number>;
  /** A batch, a fetch or `startAt` failed (not called for lost ownership). `attempt` counts from 1 and starts anew after a success. */
  readonly onFailure?: (failure: { partition: number; error: unknown; attempt: number }) => void;
  /** Told that nothing can be followed just now, whatever the partition, and why; null once the group is joined. */
  readonly onOutage?: (error: LogError | null) => void;
  /** Told of ownership gained (`true`) and lost (`false`). */
  readonly onOwnership?: (partition: number, owned: boolean) => void;
  /** Records per batch at most. Default: 500 of the Postgres log, 1,000 of Kafka. */
  readonly maxRecords?: number;
  /** Value bytes per batch at most; a single larger record comes alone. Default 8 MiB. */
  readonly maxBytes?: number;
}

export interface Follower {
  /** Partitions this process owns now, ascending. */
  owned(): readonly number[];
  /** Finishes the batches under way (their signals are aborted), gives up ownership, resolves when all is quiet. */
  stop(): Promise<void>;
}

export interface ReadOptions {
  readonly topic: string;
  readonly partition: number;
  /** The position to begin at. One that the log does not have (any more) yields nothing before the first it has. */
  readonly from: number;
  /** The position to end before; where the log ends earlier, so does the reading. */
  readonly to: number;
  /** Records per batch at most. Default 500. */
  readonly maxRecords?: number;
  /** Value bytes per batch at most; a single larger record comes alone. Default 8 MiB. */
  readonly maxBytes?: number;
}

export interface EventLog {
  /**
   * Appends to one partition, in order, all or none. Rejects with `LogUnavailable` when the log cannot be reached (then
   * nothing is known to be appended; it may have been: an append that is repeated can be there twice), with
   * `RecordTooLarge` for records that together have more than MAX_APPEND_BYTES (see limits.ts), with `InvalidRecord` for
   * no record at all or a header that is no such text, and with `LogNotReady` for a partition that setup has not made.
   * Appends of one process to one partition land in the order they were asked for, as far as they succeed. Once `guard` knows what
   * to expect, it rejects with the guard's problem, too: what landed in another log is not reported as appended.
   */
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended>;
  /** Reads the log's records in the background until stopped. */
  follow(options: FollowOptions): Follower;
  /**
   * Reads what one partition holds just now, for those who look it over: without a group, ownership or progress, each
   * record once, in order, in batches of at least one, bounded by `to`. Leaves no trace in the log. A reader that stops
   * asking ends the reading. Rejects with a LogError; what was yielded before stays valid.
   */
  read(options: ReadOptions): AsyncIterable<readonly LogRecord[]>;
  /** The position after the last record, by partition. Reads the log itself, not a cache. Rejects like `identity`. */
  endPositions(topic: string): Promise<readonly number[]>;
  /** A group's progress, by partition; null where it has none. */
  progress(group: string, topic: string): Promise<readonly (number | null)[]>;
  /** Reads the genesis records; rejects with `LogNotReady` where setup has not run, naming what is missing. */
  identity(): Promise<LogIdentity>;
  /** Compares the log with the one that is expected. */
  readonly guard: LogGuard;
  /** Stops all followers, waits for appends under way and frees every connection; later appends are `LogUnavailable`. */
  close(): Promise<void>;
}

/** What setup must find or make. */
export interface LogLayout {
  /** Names without prefix and generations. */
  readonly topics: readonly string[];
  /** The one among them that is derived from another, and what derives it. Default: none is made, or known to be. */
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
