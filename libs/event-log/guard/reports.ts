import type { Logger } from '../port/logger';
import type { LogProblem } from './log-guard';

/** Logs each problem of a log once, and once when it is cleared. */
export class ProblemReporter {
  private lastProblem: LogProblem | null = null;
  private readonly reportedWarnings = new Set<string>();

  constructor(private readonly logger: Logger) {}

  problem(problem: LogProblem | null): void {
    const before = this.lastProblem;
    this.lastProblem = problem;
    if (problem === null) {
      if (before !== null) this.logger.info({ code: before.code }, 'the event log is sound again: appending continues');
      return;
    }
    // The reason may change while the problem stays: it contains offsets.
    if (before?.code === problem.code) return;
    const { code, reason, fix } = problem;
    this.logger.error(
      { code, reason, ...(fix !== undefined && { fix }) },
      'the event log is not sound: nothing is acknowledged',
    );
  }

  /** A warning that disappears and comes back is logged again. */
  warnings(warnings: readonly string[]): void {
    for (const warning of warnings)
      if (!this.reportedWarnings.has(warning))
        this.logger.warn({ reason: warning }, 'the event log differs from what setup creates; its guarantees hold');
    this.reportedWarnings.clear();
    for (const warning of warnings) this.reportedWarnings.add(warning);
  }
}
