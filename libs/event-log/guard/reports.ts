import type { Logger } from '../port/logger';
import type { LogProblem } from './log-guard';

/** Says what is wrong with a log once, and once that it is not any more. */
export class ProblemReporter {
  private lastProblem: LogProblem | null = null;
  private readonly reportedWarnings = new Set<string>();

  constructor(private readonly logger: Logger) {}

  problem(problem: LogProblem | null): void {
    const before = this.lastProblem;
    this.lastProblem = problem;
    if (problem === null) {
      if (before !== null) this.logger.info({ code: before.code }, 'the event log is sound again: appending goes on');
      return;
    }
    // Reasons name offsets that may move while the same thing is wrong.
    if (before?.code === problem.code) return;
    const { code, reason, mend } = problem;
    this.logger.error(
      { code, reason, ...(mend !== undefined && { mend }) },
      'the event log is not sound: nothing is acknowledged',
    );
  }

  /** Those that are gone are told again if they come back. */
  warnings(warnings: readonly string[]): void {
    for (const warning of warnings)
      if (!this.reportedWarnings.has(warning))
        this.logger.warn({ reason: warning }, 'the event log differs from what setup makes; its promises are kept');
    this.reportedWarnings.clear();
    for (const warning of warnings) this.reportedWarnings.add(warning);
  }
}
