/**
 * What keeps the log from being relied on.
 * - `log-replaced`: it is another one, or has lost what it had.
 * - `log-not-ready`: a topic, a partition or a genesis record is missing, or setup has not finished.
 * - `log-unsafe`: a topic is set to lose what was acknowledged.
 */
export interface LogProblem {
  readonly code: 'log-replaced' | 'log-not-ready' | 'log-unsafe';
  /** What is wrong, in one line, without addresses: shown to whoever asks. */
  readonly reason: string;
  /** What mends it, for the operator; may name addresses. */
  readonly mend?: string;
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
 * Compares the log with the one that a program began with: at the start, after each lost connection, where it was not heard of
 * for a quarter of a second before an append, and once a minute together with the settings of its topics. Until it is told what to expect, it
 * holds nothing up.
 *
 * While the log was not compared since a connection was made anew, appends and batches wait for it. While there is a problem, they
 * are rejected with it. A problem goes away by itself once the same log is found again, with all that it is known to have had.
 */
export interface LogGuard {
  /**
   * From now on, the log must be this one. To be called with all of it that is known from elsewhere, such as the read model's
   * checkpoints; again with the same log, to add to that.
   */
  expect(identity: ExpectedLog, ends?: KnownEnds): void;
  /** What is wrong, as far as was seen; null where nothing is. */
  problem(): LogProblem | null;
  /** Differences that break no promise, in words. */
  warnings(): readonly string[];
  /**
   * Whether a partition is known to be of the log expected: it was looked at since the last connection was made. Where that is not
   * known yet, a look is begun, and a later call tells.
   */
  isSame(topic: string, partition: number): boolean;
  /** Compares now, settings too, and answers `problem()`. Rejects with `LogUnavailable` where not all could be looked at. */
  check(): Promise<LogProblem | null>;
}
