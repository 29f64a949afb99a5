/**
 * What keeps the log from being relied on.
 * - `log-replaced`: it is another one, or has lost what it had.
 * - `log-not-ready`: a topic, a partition or a genesis record is missing, or setup has not finished.
 * - `log-unsafe`: a topic is set to lose what was acknowledged.
 */
export interface LogProblem {
  readonly code: 'log-replaced' | 'log-not-ready' | 'log-unsafe';
  /** The problem in one line, without addresses: shown to clients. */
  readonly reason: string;
  /** How to fix it, for the operator; may name addresses. */
  readonly fix?: string;
}

/** Which log: a `LogIdentity`. */
export interface ExpectedLog {
  readonly logId: string;
  readonly logGeneration: number;
  readonly eventGeneration: number;
  readonly partitions: number;
}

/** Positions that partitions are known to have reached, by topic (without prefix), then by partition. */
export type KnownEnds = ReadonlyMap<string, readonly number[]>;

/**
 * Compares the log with the expected one: at the start, after each lost connection, before an append to a topic that was not
 * observed for a quarter of a second, and once a minute together with the settings of its topics. Before `expect` is called, it
 * holds nothing back.
 *
 * After a connection is created, appends and batches wait for the next comparison. While there is a problem, they are rejected
 * with it. A problem is cleared once a comparison finds the same log again, with all records that it is known to have had.
 */
export interface LogGuard {
  /**
   * Sets the expected log, with the ends that are known from elsewhere, such as the read model's checkpoints. A later call with
   * the same log adds to the known ends.
   */
  expect(identity: ExpectedLog, ends?: KnownEnds): void;
  /** The problem found by the last comparison; null where there is none. */
  problem(): LogProblem | null;
  /** Differences that break no guarantee, in words. */
  warnings(): readonly string[];
  /**
   * Whether a partition is known to belong to the expected log: it was compared since the last connection was created. Where
   * that is not known yet, a comparison is started for later calls.
   */
  isSame(topic: string, partition: number): boolean;
  /** Compares now, settings too, and returns `problem()`. Rejects with `LogUnavailable` where a partition could not be inspected. */
  check(): Promise<LogProblem | null>;
}
