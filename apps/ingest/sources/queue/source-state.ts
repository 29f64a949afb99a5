import { backoff } from '@mps-ledger/platform';
import type { ClosedCode, UnavailableCode } from '../receive-result';
import { MAX_MESSAGES, type QueueFailure } from './notification-queue';

/**
 * What a source does at present. `waiting-for-log`: the log takes no records, so nothing is received. `backing-off`: the queue
 * failed and is tried again soon. `misconfigured`: key, queue or address is wrong; tried again every minute.
 */
export type SourceStatus = 'receiving' | 'waiting-for-log' | 'backing-off' | 'misconfigured';

export const SOURCE_STATUSES: readonly SourceStatus[] = [
  'receiving',
  'waiting-for-log',
  'backing-off',
  'misconfigured',
];

export interface SourceTimings {
  /** Pause before a wrong configuration is tried again. Default 60 s. */
  readonly misconfiguredMs?: number;
  /** Longest pause after other failures. Default 30 s. */
  readonly longestPauseMs?: number;
}

/** Pause after an empty answer that came at once. */
const EMPTY_PAUSE_MS = 500;
/** Pause before the log is looked at again. */
const LOG_PAUSE_MS = 500;

/** The state of one source, which its receivers share: after a failure all of them pause. */
export class SourceState {
  /** Messages that the next poll asks for: fewer after answers that were too large. */
  private most = MAX_MESSAGES;
  private failure: QueueFailure | null = null;
  private failures = 0;
  private log: UnavailableCode | null = null;
  private hasSeenLog = false;
  private refusal: UnavailableCode | null = null;
  private tooLarge: number | null = null;
  private refusals = 0;
  /** Deletes since the last one that deleted something. */
  private vainDeletes = 0;
  private pausedUntil = 0;

  constructor(
    private readonly timings: SourceTimings = {},
    private readonly now: () => number = () => performance.now(),
  ) {}

  get status(): SourceStatus {
    if (this.failure !== null) return this.failure.kind === 'configuration' ? 'misconfigured' : 'backing-off';
    return this.log === null ? 'receiving' : 'waiting-for-log';
  }

  /** Why it does not receive; null if it does. */
  get reason(): string | null {
    return this.failure?.message ?? this.log;
  }

  /** Whether the log was ever there. */
  get hadLog(): boolean {
    return this.hasSeenLog;
  }

  /** How long the receivers pause, ms. */
  get pauseMs(): number {
    return Math.max(0, this.pausedUntil - this.now());
  }

  /** Why the log took none of the last messages, although it seemed to be there; null if it took some. */
  get lastRefusal(): UnavailableCode | null {
    return this.refusal;
  }

  /** Bytes of the smallest message that the log has refused for its size since it took one as large; null if there is none. */
  get smallestTooLarge(): number | null {
    return this.tooLarge;
  }

  /** How many messages the next poll asks for: one where the log took none of the last ones, or the queue deleted none. */
  get nextPoll(): number {
    return this.refusals > 0 || this.vainDeletes > 0 ? 1 : this.most;
  }

  /** The queue answered a poll. Returns whether it had failed before; a delete that failed stays a failure. */
  answered(messages: number): boolean {
    const hadFailed = this.failure !== null && this.vainDeletes === 0;
    if (this.vainDeletes === 0) this.recovered();
    if (messages > 0) this.most = Math.min(MAX_MESSAGES, this.most * 2);
    return hadFailed;
  }

  /** The queue answered that it is empty, without waiting for messages. */
  emptyAtOnce(): void {
    this.pause(EMPTY_PAUSE_MS);
  }

  /** The queue failed. Returns whether this is worth a log line: not the same failure of another receiver. */
  failed(failure: QueueFailure): boolean {
    const isNews = this.pauseMs === 0 || this.failure?.code !== failure.code;
    if (this.pauseMs === 0) this.failures += 1;
    this.failure = failure;
    if (failure.kind === 'too-large') this.most = Math.max(1, Math.floor(this.most / 2));
    const { misconfiguredMs = 60_000, longestPauseMs: longestMs = 30_000 } = this.timings;
    this.pause(
      failure.kind === 'configuration' ? misconfiguredMs : backoff(this.failures, { firstMs: 200, longestMs }),
    );
    return isNews;
  }

  /** A delete deleted nothing: what is received comes again, and would be logged again without end. */
  deletedNothing(): void {
    this.vainDeletes += 1;
  }

  /** A delete deleted something. Returns whether those before had deleted nothing. */
  deleted(): boolean {
    const hadFailed = this.vainDeletes > 0;
    this.vainDeletes = 0;
    if (hadFailed) this.recovered();
    return hadFailed;
  }

  /** The log is not to be appended to; null: it is. Returns whether that is news. */
  logSeen(problem: ClosedCode | null): boolean {
    const isNews = problem !== null && this.log !== problem;
    this.log = problem;
    if (problem === null) this.hasSeenLog = true;
    if (problem !== null) this.pause(LOG_PAUSE_MS);
    return isNews;
  }

  /** The log took no message of a poll, although it seemed to be there. */
  logRefused(code: UnavailableCode): void {
    this.log = code;
    this.refusal = code;
    this.refusals += 1;
    const { longestPauseMs: longestMs = 30_000 } = this.timings;
    this.pause(backoff(this.refusals, { firstMs: LOG_PAUSE_MS, longestMs }));
  }

  /** The log refused a message for its size. */
  refusedSize(bytes: number): void {
    this.tooLarge = Math.min(bytes, this.tooLarge ?? bytes);
  }

  /** The log took messages, the largest of this many bytes. */
  logged(largest: number): void {
    if (this.tooLarge !== null && largest >= this.tooLarge) this.tooLarge = null;
    this.log = null;
    this.refusal = null;
    this.refusals = 0;
  }

  private recovered(): void {
    this.failure = null;
    this.failures = 0;
  }

  private pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.now() + ms);
  }
}
