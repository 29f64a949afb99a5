import { setTimeout as pause } from 'node:timers/promises';

import { LogError, LogUnavailable } from '../port/errors';
import type { Logger } from '../port/logger';
import { isSameLog } from '../port/log-id';
import type { DerivedTopic, LogIdentity, LogRecord, NewRecord } from '../port/port';
import { shareAnswers } from '../shared-answers';
import { judge } from './judge';
import type { KnownEnds, LogGuard, LogProblem } from './log-guard';
import { topicPartition, type PartitionInspection } from './inspection';
import { errorOf } from './problem-errors';
import { EndTracker } from './end-tracker';
import { ProblemReporter } from './reports';

/** How topics are set, compared with how they must be. */
export interface SettingsFound {
  /** What breaks a promise; null where nothing does. */
  readonly unsafe: (LogProblem & { readonly topics: readonly string[] }) | null;
  /** What does not, in words. */
  readonly warnings: readonly string[];
}

export interface GuardOptions {
  /** The log's topics, without prefix. */
  readonly topics: readonly string[];
  /** Default: it is not looked at which of them is derived. */
  readonly derived?: DerivedTopic;
  readonly named: (topic: string) => string;
  readonly expires: (topic: string) => boolean;
  /**
   * Looks at every partition of every topic; `anew`: over connections that are made for it. Rejects with a LogError, in bounded
   * time.
   */
  readonly inspect: (anew: boolean) => Promise<readonly PartitionInspection[]>;
  /** Looks at the settings of topics. Rejects with a LogError. */
  readonly settings: () => Promise<SettingsFound>;
  /** Reads one record; undefined where it is not there. */
  readonly readOne: (topic: string, partition: number, offset: number) => Promise<LogRecord | undefined>;
  readonly logger: Logger;
  /** Between two looks at a log that is as it must be, in ms. Default 60,000. */
  readonly intervalMs?: number;
}

const CHECK_INTERVAL_MS = 60_000;
/** Between two looks while there is a problem. */
const PROBLEM_CHECK_INTERVAL_MS = 2_000;
/** Shorter than a topic is deleted, made and filled again by hand; one program did it in 0.2 s (docs/adr/0029). */
const MAX_UNOBSERVED_MS = 250;
/** How long an append or a batch waits for a look that tells. */
const MAX_WAIT_MS = 8_000;
const RETRY_PAUSE_MS = 200;

/** See `LogGuard`. */
export class Guard implements LogGuard {
  private expected: LogIdentity | null = null;
  private readonly knownEnds = new EndTracker();
  /** Rises with whatever may have put another log in this one's place. */
  private requiredComparisons = 0;
  /** How many of these the last look came after. */
  private completedComparisons = -1;
  private uninspected: ReadonlySet<string> = new Set();
  /** When each topic was last appended to, and all of them looked at, by the clock of `performance.now()`. */
  private readonly lastAppended = new Map<string, number>();
  private comparedAt = -Infinity;
  private mismatch: LogProblem | null = null;
  private unsafe: SettingsFound['unsafe'] = null;
  private extra: readonly string[] = [];
  private settingsWarnings: readonly string[] = [];
  /** How often something wrong was seen otherwise than by a look. */
  private alarms = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** Looks come one soon after the other, as there is a problem. */
  private checksOften = false;
  private readonly reports: ProblemReporter;
  private readonly compare = shareAnswers(() => this.compareNow());

  constructor(private readonly options: GuardOptions) {
    this.reports = new ProblemReporter(options.logger);
  }

  expect(identity: LogIdentity, ends: KnownEnds = new Map()): void {
    this.knownEnds.raiseAll(ends);
    if (this.expected !== null && isSameLog(this.expected, identity)) return;
    this.expected = identity;
    this.requiredComparisons += 1;
    this.scheduleCheck(0);
  }

  problem(): LogProblem | null {
    return this.mismatch ?? this.unsafe;
  }

  warnings(): readonly string[] {
    return [
      ...this.extra.map(
        (partition) => `${partition} is ignored: the log has ${this.expected?.partitions} partitions a topic`,
      ),
      ...this.settingsWarnings,
    ];
  }

  isSame(topic: string, partition: number): boolean {
    if (!this.isHeld(topic, partition)) return this.expected !== null;
    // A problem has looks of its own.
    if (this.mismatch === null) void this.compare().catch(() => undefined);
    return false;
  }

  async check(): Promise<LogProblem | null> {
    if (this.isClosed) throw new LogUnavailable('the log is closed');
    await this.compare();
    await this.checkSettings();
    if (this.problem() === null && this.uninspected.size > 0)
      throw new LogUnavailable(
        `${this.uninspected.size} partitions cannot be looked at, ${[...this.uninspected][0]} among them`,
      );
    return this.problem();
  }

  /** Something happened that may have put another log in this one's place: a new connection, an append that was refused. */
  requireComparison(): void {
    this.requiredComparisons += 1;
  }

  /** The partitions of each topic, as far as is known. */
  get partitions(): number | undefined {
    return this.expected?.partitions;
  }

  /** Of the log that is expected. */
  get logId(): string | null {
    return this.expected?.logId ?? null;
  }

  /** Where a partition is known to have ended by now: what is appended from now on lands there or after it. */
  endOf(topic: string, partition: number): number {
    return this.knownEnds.endOf(topic, partition);
  }

  /** Whether an append that is asked for at a time, by the clock of `performance.now()`, must wait for `assureAppend`. */
  isAppendHeld(topic: string, partition: number, asked = performance.now()): boolean {
    if (this.expected === null) return false;
    const heard = Math.max(this.comparedAt, this.lastAppended.get(topic) ?? -Infinity);
    const isSilent = asked - heard > MAX_UNOBSERVED_MS;
    return isSilent || this.isHeld(topic, partition) || this.unsafe?.topics.includes(topic) === true;
  }

  /**
   * Resolves once an append that was asked for at a time may be sent, or, after it was, be answered for. Rejects with a LogError. A
   * look that began after it was asked for tells, however long it takes.
   */
  async assureAppend(topic: string, partition: number, asked = performance.now()): Promise<void> {
    if (this.unsafe?.topics.includes(topic) === true) throw errorOf(this.unsafe);
    await this.assure(topic, partition, () => this.isAppendHeld(topic, partition, asked));
  }

  /** Resolves once a batch may be handed over, or an append be sent over a connection. Rejects with a LogError. */
  async assureSame(topic: string, partition: number): Promise<void> {
    await this.assure(topic, partition, () => this.isHeld(topic, partition));
  }

  /**
   * Throws `LogReplaced` where records landed below what this process knows to have been there, and whatever problem there is.
   *
   * @param floor `endOf` when the append was begun
   */
  verifyAppended(topic: string, partition: number, floor: number, offsets: readonly number[]): void {
    if (this.expected === null) return;
    const first = offsets[0] ?? 0;
    const least = Math.max(floor, this.knownEnds.appendedEndOf(topic, partition));
    if (first < least) {
      const where = `partition ${partition} of ${this.options.named(topic)}`;
      const reason = `${where} took a record at offset ${first}, and was ${least} long: records are gone`;
      this.alarm({ code: 'log-replaced', reason });
    }
    this.refuseMismatch();
    this.lastAppended.set(topic, performance.now());
  }

  /** Records that landed are in the log expected: the partition is known to have come so far. */
  noteAppended(topic: string, partition: number, offsets: readonly number[], records: readonly NewRecord[]): void {
    if (this.expected !== null) this.knownEnds.appended(topic, partition, offsets, records);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private refuseMismatch(): void {
    if (this.mismatch !== null) throw errorOf(this.mismatch);
  }

  private isHeld(topic: string, partition: number): boolean {
    if (this.expected === null) return false;
    return (
      this.mismatch !== null ||
      this.completedComparisons !== this.requiredComparisons ||
      this.uninspected.has(topicPartition(topic, partition))
    );
  }

  private async assure(topic: string, partition: number, isHeld: () => boolean): Promise<void> {
    for (const end = performance.now() + MAX_WAIT_MS; isHeld();) {
      this.refuseMismatch();
      let failure: unknown;
      try {
        await this.compare();
      } catch (error) {
        failure = error;
      }
      if (!isHeld()) return;
      this.refuseMismatch();
      if (performance.now() < end && !this.isClosed) {
        await pause(RETRY_PAUSE_MS);
        continue;
      }
      const message = `it cannot be told whether partition ${partition} of ${this.options.named(topic)} is still the same`;
      throw new LogUnavailable(message, { cause: failure });
    }
  }

  /** Rejects with `LogUnavailable` where nothing could be looked at. */
  private async compareNow(): Promise<void> {
    const { expected, requiredComparisons, alarms, options } = this;
    if (expected === null) return;
    const began = performance.now();
    const ends = this.knownEnds.snapshot();
    const inspections = await this.look(requiredComparisons);
    if (inspections === null) return;
    const { problem, uninspected, extra } = judge(inspections, { ...options, identity: expected, ends });
    const lost = problem ?? (this.mismatch === null ? null : await this.findLostRecord());
    // What was seen meanwhile is newer than this look.
    if (lost === null && alarms !== this.alarms) return;
    if (lost === null) this.knownEnds.raiseInspected(inspections);
    this.comparedAt = began;
    this.extra = extra;
    this.uninspected = uninspected;
    this.completedComparisons = requiredComparisons;
    this.set(lost);
  }

  /** Null where what is wrong kept it from being looked at. */
  private async look(doubts: number): Promise<readonly PartitionInspection[] | null> {
    try {
      return await this.options.inspect(doubts !== this.completedComparisons);
    } catch (error) {
      if (!(error instanceof LogError) || error instanceof LogUnavailable) throw error;
      const code = error.code === 'log-replaced' ? error.code : 'log-not-ready';
      this.completedComparisons = doubts;
      this.set({ code, reason: error.message });
      return null;
    }
  }

  /** Before a problem may go away, this process's own last records must be there still. */
  private async findLostRecord(): Promise<LogProblem | null> {
    const { readOne, named } = this.options;
    for (const { topic, partition, offset, isSame } of this.knownEnds.own()) {
      if (this.options.expires(topic) || isSame(await readOne(topic, partition, offset))) continue;
      const where = `partition ${partition} of ${named(topic)}`;
      return { code: 'log-replaced', reason: `${where} lost what this program appended at offset ${offset}` };
    }
    return null;
  }

  private async checkSettings(): Promise<void> {
    const { unsafe, warnings } = await this.options.settings();
    this.unsafe = unsafe;
    this.settingsWarnings = warnings;
    this.report();
  }

  private alarm(problem: LogProblem): void {
    this.alarms += 1;
    this.set(problem);
  }

  private set(problem: LogProblem | null): void {
    this.mismatch = problem;
    this.report();
  }

  private report(): void {
    const problem = this.problem();
    // Not put off by each look that finds it still there.
    if (problem !== null && !this.checksOften) this.scheduleCheck(PROBLEM_CHECK_INTERVAL_MS);
    this.checksOften = problem !== null;
    this.reports.problem(problem);
    this.reports.warnings(this.warnings());
  }

  /** Looks after a time, and then again and again. */
  private scheduleCheck(afterMs: number): void {
    clearTimeout(this.timer);
    if (this.isClosed) return;
    const look = async (): Promise<void> => {
      // What cannot be looked at just now is seen by those who use the log.
      await this.check().catch(() => undefined);
      this.scheduleCheck(
        this.problem() === null ? (this.options.intervalMs ?? CHECK_INTERVAL_MS) : PROBLEM_CHECK_INTERVAL_MS,
      );
    };
    this.timer = setTimeout(() => void look(), afterMs);
    this.timer.unref();
  }
}
