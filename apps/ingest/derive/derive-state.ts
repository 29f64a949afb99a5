import { makeLogRateLimiter, type LogRateLimiter } from '@mps-ledger/async';
import type { Logger } from '@mps-ledger/platform';

/** Why deriving is blocked. */
export interface DeriveProblem {
  /** Of the raw log; null where all partitions are affected. */
  readonly partition: number | null;
  /** Stable: the log's error code, `stalled` or `not-owned`. */
  readonly code: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly since: string;
}

export interface DeriveFailure {
  readonly partition: number | null;
  readonly error: unknown;
}

/** The state of deriving in each partition. */
export interface DeriveState {
  /** An attempt failed: the partition is blocked until progress is reported. */
  failed(failure: DeriveFailure): void;
  /** The raw log was compared and is the same; deriving begins at a position, which may be its end. */
  begun(partition: number, position: number, end: number): void;
  /** It waits for large records of other partitions, or no longer does. */
  waitsForLargeRecord(partition: number, isWaiting: boolean): void;
  /** Everything before this position is derived. */
  progressed(partition: number, position: number): void;
  /** The follower cannot follow any partition, by this error; null or undefined: it can again. */
  following(error: unknown): void;
  owned(partition: number, isOwned: boolean): void;
  /** The end of the raw log, and the position derived by the event log. */
  seen(seen: SeenPartition): void;
  /** Whether its records have waited for too long. */
  isStalled(partition: number): boolean;
  /** Logs stalled partitions, each at most once per interval. */
  reportStalled(): void;
  /** Whether this process owns it. */
  owns(partition: number): boolean;
  problems(): readonly DeriveProblem[];
}

export interface SeenPartition {
  readonly partition: number;
  /** The position after the last raw record. */
  readonly end: number;
  /** The position derived by the event log; undefined: that of the last `progressed`. */
  readonly derived?: number;
}

export interface DeriveStateOptions {
  readonly logger: Logger;
  /** Counts a failure by its code. */
  readonly onFailed: (code: string) => void;
  /** Milliseconds, rising. Default: `performance.now()`. */
  readonly now?: () => number;
}

/** How long records of an owned partition may wait without progress. */
export const MAX_WITHOUT_PROGRESS_MS = 15_000;
/** The same without an owner: a killed owner's session lasts ten seconds, and joining takes longer. */
export const MAX_WITHOUT_OWNER_MS = 30_000;
/** An outage is reported for so long after its end: the follower may fail again at once. */
const MAX_RELAPSE_MS = 3_000;
/** The same failure is logged at most once in this time. */
const LOG_INTERVAL_MS = 600_000;

/** Codes of a raw log that is, or may be, not the one that was derived: nothing more may be acknowledged on it. */
const IN_DOUBT = new Set(['log-replaced', 'out-of-range']);

/** Whether the problems include one after which nothing more may be acknowledged. */
export function isLogInDoubt(problems: readonly DeriveProblem[]): boolean {
  return problems.some(({ code }) => IN_DOUBT.has(code));
}

interface PartitionState {
  isOwned: boolean;
  position: number;
  end: number;
  /** When the position last moved, or nothing waited. */
  movedAt: number;
  waitsForOthers: boolean;
  failure: DeriveProblem | null;
}

interface Outage extends DeriveProblem {
  /** When it ended; null while it lasts. */
  readonly overAt: number | null;
}

export function makeDeriveState(options: DeriveStateOptions): DeriveState {
  return new State(options, makeLogRateLimiter(LOG_INTERVAL_MS, options.now));
}

class State implements DeriveState {
  private readonly partitions = new Map<number, PartitionState>();
  private outage: Outage | null = null;
  private readonly now: () => number;

  constructor(
    private readonly options: DeriveStateOptions,
    private readonly logged: LogRateLimiter,
  ) {
    this.now = options.now ?? (() => performance.now());
  }

  failed({ partition, error }: DeriveFailure): void {
    const problem = { partition, code: codeOf(error), reason: reasonOf(error), since: new Date().toISOString() };
    this.options.onFailed(problem.code);
    this.log(problem, error, 'deriving blocked; retrying indefinitely');
    if (partition === null) return;
    const state = this.at(partition);
    state.failure = { ...problem, since: state.failure?.since ?? problem.since };
  }

  begun(partition: number, position: number, end: number): void {
    const state = this.at(partition);
    // Without waiting records nothing can fail; otherwise a failing batch is reported until one succeeds.
    if (position >= end || isInDoubt(state)) this.markRecovered(partition, state, position);
    if (state.position !== position) Object.assign(state, { position, movedAt: this.now() });
  }

  waitsForLargeRecord(partition: number, waitsForOthers: boolean): void {
    Object.assign(this.at(partition), { waitsForOthers, movedAt: this.now() });
  }

  progressed(partition: number, position: number): void {
    const state = this.at(partition);
    this.markRecovered(partition, state, position);
    if (this.outage?.overAt !== null) this.outage = null;
    Object.assign(state, { position, movedAt: this.now() });
  }

  following(error: unknown): void {
    if (error === null || error === undefined) {
      if (this.outage !== null) this.outage = { ...this.outage, overAt: this.outage.overAt ?? this.now() };
      return;
    }
    this.failed({ partition: null, error });
    const since = this.outage?.since ?? new Date().toISOString();
    this.outage = { partition: null, code: codeOf(error), reason: reasonOf(error), since, overAt: null };
  }

  owned(partition: number, isOwned: boolean): void {
    const state = this.at(partition);
    Object.assign(state, { isOwned, movedAt: this.now(), waitsForOthers: false });
    // A replaced log stays a problem under another owner.
    if (!isInDoubt(state)) state.failure = null;
  }

  owns(partition: number): boolean {
    return this.partitions.get(partition)?.isOwned === true;
  }

  seen({ partition, end, derived }: SeenPartition): void {
    const state = this.at(partition);
    const position = derived ?? state.position;
    if (position >= end || position !== state.position) state.movedAt = this.now();
    if (derived !== undefined && !state.isOwned) state.failure = null;
    Object.assign(state, { end, position });
  }

  isStalled(partition: number): boolean {
    return this.stalled(partition, this.at(partition)) !== null;
  }

  reportStalled(): void {
    for (const [partition, state] of this.partitions) {
      const stalled = this.stalled(partition, state);
      if (stalled !== null) this.log(stalled, undefined, 'deriving stalled');
    }
  }

  problems(): readonly DeriveProblem[] {
    const settled = this.outage?.overAt ?? null;
    if (settled !== null && this.now() - settled > MAX_RELAPSE_MS) this.outage = null;
    const each = [...this.partitions].flatMap(([partition, state]) => {
      const problem = state.failure ?? this.stalled(partition, state);
      return problem === null ? [] : [problem];
    });
    if (this.outage === null) return each;
    const { partition, code, reason, since } = this.outage;
    return [{ partition, code, reason, since }, ...each];
  }

  private markRecovered(partition: number, state: PartitionState, position: number): void {
    if (state.failure !== null && this.logged.pass(`${partition}/recovered`) !== null)
      this.options.logger.info({ partition, position }, 'deriving continues');
    state.failure = null;
  }

  private stalled(partition: number, state: PartitionState): DeriveProblem | null {
    const { isOwned, position, end, movedAt, waitsForOthers } = state;
    const forMs = this.now() - movedAt;
    if (waitsForOthers || position >= end || forMs < (isOwned ? MAX_WITHOUT_PROGRESS_MS : MAX_WITHOUT_OWNER_MS))
      return null;
    const reason = `${end - position} offsets from ${position} on wait, and none of them was derived`;
    const code = isOwned ? 'stalled' : 'not-owned';
    return { partition, code, reason, since: new Date(Date.now() - forMs).toISOString() };
  }

  private log({ partition, code, reason, since }: DeriveProblem, error: unknown, message: string): void {
    const repeated = this.logged.pass(`${partition}/${code}`);
    if (repeated === null) return;
    const err = error === undefined ? undefined : { err: error };
    this.options.logger.error({ partition, code, reason, since, repeated, ...err }, message);
  }

  private at(partition: number): PartitionState {
    const known = this.partitions.get(partition);
    if (known !== undefined) return known;
    const made = { isOwned: false, position: 0, end: 0, movedAt: this.now(), waitsForOthers: false, failure: null };
    this.partitions.set(partition, made);
    return made;
  }
}

function isInDoubt({ failure }: PartitionState): boolean {
  return failure !== null && IN_DOUBT.has(failure.code);
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'failed';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const MAX_PROBLEMS_SHOWN = 3;

/** The problems in a few words, for a readiness check; null where there is none. */
export function describeProblems(problems: readonly DeriveProblem[]): string | null {
  if (problems.length === 0) return null;
  const named = problems.slice(0, MAX_PROBLEMS_SHOWN).map(({ partition, code, reason, since }) => {
    const what = partition === null ? 'deriving' : `deriving of partition ${partition}`;
    return `${what} blocked since ${since}: ${code}: ${reason}`;
  });
  const more = problems.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
