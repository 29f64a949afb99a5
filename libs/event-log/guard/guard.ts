import { coalesce, pause } from '@mps-ledger/async';

import { LogError, LogUnavailable } from '../port/errors';
import { isSameLog } from '../port/log-id';
import type { LogIdentity, NewRecord } from '../port/port';
import { CheckSchedule } from './check-schedule';
import type { GuardOptions, SettingsFound } from './guard-options';
import { judge } from './judge';
import type { KnownEnds, LogGuard, LogProblem } from './log-guard';
import { topicPartition, type PartitionInspection } from './inspection';
import { findLostRecord } from './lost-records';
import { errorOf } from './problem-errors';
import { EndTracker } from './end-tracker';
import { ProblemReporter } from './reports';

const CHECK_INTERVAL_MS = 60_000;
/** Between two comparisons while there is a problem. */
const PROBLEM_CHECK_INTERVAL_MS = 2_000;
/** Shorter than it takes to delete, create and fill a topic by hand; one program did it in 0.2 s (docs/adr/0029). */
const MAX_UNOBSERVED_MS = 250;
/** How long an append or a batch waits for a comparison. */
const MAX_WAIT_MS = 8_000;
const RETRY_PAUSE_MS = 200;

/** See `LogGuard`. */
export class Guard implements LogGuard {
  private expected: LogIdentity | null = null;
  private readonly knownEnds = new EndTracker();
  /** Rises with each event after which the log may be another one. */
  private requiredComparisons = 0;
  /** Its value when the last completed comparison began. */
  private completedComparisons = -1;
  private uninspected: ReadonlySet<string> = new Set();
  /** When each topic was last appended to, by the clock of `performance.now()`. */
  private readonly lastAppended = new Map<string, number>();
  private comparedAt = -Infinity;
  private mismatch: LogProblem | null = null;
  private unsafe: SettingsFound['unsafe'] = null;
  private extra: readonly string[] = [];
  private settingsWarnings: readonly string[] = [];
  /** Counts problems that were found by an append instead of a comparison. */
  private alarms = 0;
  private isClosed = false;
  /** Comparisons come at the shorter interval, as there is a problem. */
  private checksOften = false;
  private readonly reports: ProblemReporter;
  private readonly compare = coalesce(() => this.compareNow());
  private readonly schedule = new CheckSchedule(async () => {
    // The callers of the log get the error of an inspection that fails.
    await this.check().catch(() => undefined);
    return this.problem() === null ? (this.options.intervalMs ?? CHECK_INTERVAL_MS) : PROBLEM_CHECK_INTERVAL_MS;
  });

  constructor(private readonly options: GuardOptions) {
    this.reports = new ProblemReporter(options.logger);
  }

  expect(identity: LogIdentity, ends: KnownEnds = new Map()): void {
    this.knownEnds.raiseAll(ends);
    if (this.expected !== null && isSameLog(this.expected, identity)) return;
    this.expected = identity;
    this.requiredComparisons += 1;
    this.schedule.next(0);
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
    // While there is a problem, comparisons are scheduled.
    if (this.mismatch === null) void this.compare().catch(() => undefined);
    return false;
  }

  async check(): Promise<LogProblem | null> {
    if (this.isClosed) throw new LogUnavailable('the log is closed');
    await this.compare();
    await this.checkSettings();
    if (this.problem() === null && this.uninspected.size > 0)
      throw new LogUnavailable(
        `${this.uninspected.size} partitions cannot be inspected, ${[...this.uninspected][0]} among them`,
      );
    return this.problem();
  }

  /** To be called after each event that may have replaced the log: a new connection, an append that was refused. */
  requireComparison(): void {
    this.requiredComparisons += 1;
  }

  /** The partitions of each topic; undefined before `expect`. */
  get partitions(): number | undefined {
    return this.expected?.partitions;
  }

  /** Of the expected log. */
  get logId(): string | null {
    return this.expected?.logId ?? null;
  }

  /** The known end of a partition: what is appended from now on lands there or after it. */
  endOf(topic: string, partition: number): number {
    return this.knownEnds.endOf(topic, partition);
  }

  /** Whether a send that begins at a time, by the clock of `performance.now()`, must wait for `assureAppend`. */
  isAppendHeld(topic: string, partition: number, asked = performance.now()): boolean {
    if (this.expected === null) return false;
    const observed = Math.max(this.comparedAt, this.lastAppended.get(topic) ?? -Infinity);
    const isStale = asked - observed > MAX_UNOBSERVED_MS;
    return isStale || this.isHeld(topic, partition) || this.unsafe?.topics.includes(topic) === true;
  }

  /**
   * Resolves once a send may begin or, after it, be reported as appended. Rejects with a LogError. A comparison that began after
   * this call decides, however long it takes.
   */
  async assureAppend(topic: string, partition: number): Promise<void> {
    const asked = performance.now();
    if (this.unsafe?.topics.includes(topic) === true) throw errorOf(this.unsafe);
    await this.assure(topic, partition, () => this.isAppendHeld(topic, partition, asked));
  }

  /** Resolves once a batch may be handed over, or an append sent over a connection. Rejects with a LogError. */
  async assureSame(topic: string, partition: number): Promise<void> {
    await this.assure(topic, partition, () => this.isHeld(topic, partition));
  }

  /**
   * Throws `LogReplaced` where records landed below an end that this process knows, and the current problem where there is one.
   *
   * @param floor `endOf` when the append was begun
   */
  verifyAppended(topic: string, partition: number, floor: number, offsets: readonly number[]): void {
    if (this.expected === null) return;
    const first = offsets[0] ?? 0;
    const least = Math.max(floor, this.knownEnds.appendedEndOf(topic, partition));
    if (first < least) {
      const where = `partition ${partition} of ${this.options.named(topic)}`;
      const reason = `${where} took a record at offset ${first}, and its end was ${least}: records are gone`;
      this.alarm({ code: 'log-replaced', reason });
    }
    this.refuseMismatch();
    this.lastAppended.set(topic, performance.now());
  }

  /** Raises the known end: these records are in the expected log. */
  noteAppended(topic: string, partition: number, offsets: readonly number[], records: readonly NewRecord[]): void {
    if (this.expected !== null) this.knownEnds.appended(topic, partition, offsets, records);
  }

  close(): void {
    this.isClosed = true;
    this.schedule.close();
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
      const message = `partition ${partition} of ${this.options.named(topic)} could not be compared with the expected log`;
      throw new LogUnavailable(message, { cause: failure });
    }
  }

  /** Rejects with `LogUnavailable` where nothing could be inspected. */
  private async compareNow(): Promise<void> {
    const { expected, requiredComparisons, alarms, options } = this;
    if (expected === null) return;
    const began = performance.now();
    const ends = this.knownEnds.snapshot();
    const inspections = await this.inspect(requiredComparisons);
    if (inspections === null) return;
    const { problem, uninspected, extra } = judge(inspections, { ...options, identity: expected, ends });
    const lost =
      problem ?? (this.mismatch === null ? null : await findLostRecord(this.knownEnds.ownRecords(), options));
    // A problem that an append found during this comparison is newer than it.
    if (lost === null && alarms !== this.alarms) return;
    if (lost === null) this.knownEnds.raiseInspected(inspections);
    this.comparedAt = began;
    this.extra = extra;
    this.uninspected = uninspected;
    this.completedComparisons = requiredComparisons;
    this.set(lost);
  }

  /** Null where a problem prevents the inspection; it is set. */
  private async inspect(required: number): Promise<readonly PartitionInspection[] | null> {
    try {
      return await this.options.inspect(required !== this.completedComparisons);
    } catch (error) {
      if (!(error instanceof LogError) || error instanceof LogUnavailable) throw error;
      const code = error.code === 'log-replaced' ? error.code : 'log-not-ready';
      this.completedComparisons = required;
      this.set({ code, reason: error.message });
      return null;
    }
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
    // A comparison that finds the same problem does not postpone the next one.
    if (problem !== null && !this.checksOften) this.schedule.next(PROBLEM_CHECK_INTERVAL_MS);
    this.checksOften = problem !== null;
    this.reports.problem(problem);
    this.reports.warnings(this.warnings());
  }
}
