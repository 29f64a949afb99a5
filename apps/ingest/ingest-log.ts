import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import type { Logger } from '@mps-ledger/platform';
import { describeProblems, isLogInDoubt, type DeriveProblem } from './derive/derive-state';
import type { Deriving } from './derive/deriving';
import type { ClosedCode } from './sources/receive-result';
import { startRawLogCheck, type RawLogCheck } from './derive/raw-log-check';

export interface IngestLogOptions {
  readonly log: EventLog;
  readonly identity: LogIdentity | Promise<LogIdentity>;
  readonly logger: Logger;
  /** See `IngestProgram`. */
  readonly waitingFor?: () => ClosedCode | null;
}

/** The log that ingest uses, once it is found, and whether notifications may be received into it. */
export class IngestLog {
  /** Null until the log is found. */
  found: LogIdentity | null = null;
  private rawLogCheck: RawLogCheck | null = null;
  private deriving: Deriving | null = null;

  constructor(
    private readonly options: IngestLogOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** Starts deriving once the log is found. Waits for that, and for the first check of it, where the log is known already. */
  async begin(derive: (found: LogIdentity) => Deriving): Promise<void> {
    const { log, identity, logger } = this.options;
    const begun = Promise.resolve(identity).then(async (found) => {
      if (this.signal.aborted) return;
      log.guard.expect(found);
      this.found = found;
      this.rawLogCheck = startRawLogCheck({ log, partitions: found.partitions, logger, signal: this.signal });
      this.deriving = derive(found);
      await this.rawLogCheck.checkedOnce;
    });
    // The caller handles the rejection of the identity; here it only means that there is nothing to stop.
    begun.catch(() => undefined);
    if (!(identity instanceof Promise)) await begun;
  }

  /** The log, where notifications may be received into it, or why not, as where it is not the log that was derived. */
  log(): LogIdentity | ClosedCode {
    const { log, waitingFor } = this.options;
    const problem = log.guard.problem();
    if (problem !== null) return problem.code;
    if (isLogInDoubt(this.problems())) return 'log-replaced';
    if (this.found === null) return waitingFor?.() ?? 'log-unavailable';
    return this.rawLogCheck?.problem() === null ? this.found : 'log-unavailable';
  }

  problems(): readonly DeriveProblem[] {
    return this.deriving?.problems() ?? [];
  }

  /** For the readiness check: null where deriving is not blocked. */
  problem(): string | null {
    return describeProblems(this.problems()) ?? this.rawLogCheck?.problem() ?? null;
  }

  /** Does not wait for the check: the log may not answer. */
  async stop(): Promise<void> {
    await this.deriving?.stop();
  }
}
