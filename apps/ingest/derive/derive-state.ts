import { makeLogRateLimiter, type Logger, type LogRateLimiter } from '@mps-ledger/platform';

/** Why deriving stands still. */
export interface DeriveProblem {
  /** Of the raw log; null where it is all of them. */
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

/** What is known of how deriving goes on in each partition. */
export interface DeriveState {
  /** Something was tried and failed: it stands still until progress is told. */
  failed(failure: DeriveFailure): void;
  /** Its raw log was compared and found the same; deriving begins at a position of it, which may be its end. */
  begun(partition: number, position: number, end: number): void;
  /** It waits for others that have their turn, or has its own. */
  waitsForTurn(partition: number, isWaiting: boolean): void;
  /** Everything before this position is derived. */
  progressed(partition: number, position: number): void;
  /** The follower as a whole can follow, or cannot. */
  following(error: unknown): void;
  owned(partition: number, isOwned: boolean): void;
  /** How far the raw log reaches, and how far it is derived by the event log. */
  seen(seen: SeenPartition): void;
  /** Whether records of it have waited for too long. */
  isStalled(partition: number): boolean;
  /** Writes down what has stalled, each seldom. */
  tellStalled(): void;
  /** Whether this process owns it. */
  owns(partition: number): boolean;
  problems(): readonly DeriveProblem[];
}

export interface SeenPartition {
  readonly partition: number;
  /** The position after the last raw record. */
  readonly end: number;
  /** How far it is derived, by the event log; undefined: as told by `progressed`. */
  readonly derived?: number;
}

export interface DeriveStateOptions {
  readonly logger: Logger;
  /** Counts a failure by its code. */
  readonly onFailed: (code: string) => void;
  /** Milliseconds, rising. Default: `performance.now()`. */
  readonly now?: () => number;
}

/** How long an owned partition may have records waiting without progress. */
export const STALLED_MS = 15_000;
/** How long one that no other process seems to own may: a killed owner's session lasts ten seconds, joining some more. */
export const NOT_OWNED_MS = 30_000;
/** A follower that can follow again may fail again at once; for so long nobody believes it. */
const SETTLED_MS = 3_000;
/** The same failure is written to the log so seldom. */
const REPEAT_MS = 600_000;

/** Codes of a raw log that is not the one that was derived, or may not be until it is compared: nothing more may be acknowledged on it. */
const IN_DOUBT = new Set(['log-replaced', 'out-of-range']);

/** Whether any of them is such that nothing more may be acknowledged. */
export function isLogInDoubt(problems: readonly DeriveProblem[]): boolean {
  return problems.some(({ code }) => IN_DOUBT.has(code));
}

interface PartitionState {
  isOwned: boolean;
  position: number;
  end: number;
  /** When the position last moved, or nothing waited. */
  movedAt: number;
  isWaitingForTurn: boolean;
  failure: DeriveProblem | null;
}

interface Outage extends DeriveProblem {
  /** When it was told to be over; null while it is not. */
  readonly overAt: number | null;
}

export function makeDeriveState(options: DeriveStateOptions): DeriveState {
  return new State(options, makeLogRateLimiter(REPEAT_MS, options.now));
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
    this.log(problem, error, 'deriving stands still; retrying indefinitely');
    if (partition === null) return;
    const state = this.at(partition);
    state.failure = { ...problem, since: state.failure?.since ?? problem.since };
  }

  begun(partition: number, position: number, end: number): void {
    const state = this.at(partition);
    // Where nothing waits, nothing can fail; elsewhere a batch that keeps failing is told of until one is done.
    if (position >= end || isInDoubt(state)) this.mended(partition, state, position);
    if (state.position !== position) Object.assign(state, { position, movedAt: this.now() });
  }

  waitsForTurn(partition: number, isWaitingForTurn: boolean): void {
    Object.assign(this.at(partition), { isWaitingForTurn, movedAt: this.now() });
  }

  progressed(partition: number, position: number): void {
    const state = this.at(partition);
    this.mended(partition, state, position);
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
    Object.assign(state, { isOwned, movedAt: this.now(), isWaitingForTurn: false });
    // Another log stays another log, whoever owns it.
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

  tellStalled(): void {
    for (const [partition, state] of this.partitions) {
      const stalled = this.stalled(partition, state);
      if (stalled !== null) this.log(stalled, undefined, 'deriving stands still');
    }
  }

  problems(): readonly DeriveProblem[] {
    const settled = this.outage?.overAt ?? null;
    if (settled !== null && this.now() - settled > SETTLED_MS) this.outage = null;
    const each = [...this.partitions].flatMap(([partition, state]) => {
      const problem = state.failure ?? this.stalled(partition, state);
      return problem === null ? [] : [problem];
    });
    if (this.outage === null) return each;
    const { partition, code, reason, since } = this.outage;
    return [{ partition, code, reason, since }, ...each];
  }

  private mended(partition: number, state: PartitionState, position: number): void {
    if (state.failure !== null && this.logged.pass(`${partition}/goes on`) !== null)
      this.options.logger.info({ partition, position }, 'deriving goes on');
    state.failure = null;
  }

  private stalled(partition: number, state: PartitionState): DeriveProblem | null {
    const { isOwned, position, end, movedAt, isWaitingForTurn } = state;
    const forMs = this.now() - movedAt;
    if (isWaitingForTurn || position >= end || forMs < (isOwned ? STALLED_MS : NOT_OWNED_MS)) return null;
    const reason = `${end - position} offsets from ${position} on wait, and nothing was derived of them`;
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
    const made = { isOwned: false, position: 0, end: 0, movedAt: this.now(), isWaitingForTurn: false, failure: null };
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

const NAMED = 3;

/** The problems in a few words, for a readiness check; null where there is none. */
export function describeProblems(problems: readonly DeriveProblem[]): string | null {
  if (problems.length === 0) return null;
  const named = problems.slice(0, NAMED).map(({ partition, code, reason, since }) => {
    const what = partition === null ? 'deriving' : `deriving of partition ${partition}`;
    return `${what} stands still since ${since}: ${code}: ${reason}`;
  });
  const more = problems.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
