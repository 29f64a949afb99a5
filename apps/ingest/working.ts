import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import type { Logger } from '@mps-ledger/platform';
import { describeProblems, isLogInDoubt, type DeriveProblem } from './derive/derive-state';
import type { Deriving } from './derive/deriving';
import type { ClosedCode } from './sources/received';
import { takeFirstLook, type FirstLook } from './derive/first-look';

export interface WorkingOptions {
  readonly log: EventLog;
  readonly identity: LogIdentity | Promise<LogIdentity>;
  readonly logger: Logger;
  /** See `StartIngestOptions`. */
  readonly waitingFor?: () => ClosedCode | null;
}

/** On which log ingest works, once it is found, and whether it may be received into. */
export class Working {
  /** Null until the log is found. */
  found: LogIdentity | null = null;
  private look: FirstLook | null = null;
  private deriving: Deriving | null = null;

  constructor(
    private readonly options: WorkingOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** Begins to derive once the log is found. Waits for that, and for a first look at it, where it is found already. */
  async begin(derive: (found: LogIdentity) => Deriving): Promise<void> {
    const { log, identity, logger } = this.options;
    const begun = Promise.resolve(identity).then(async (found) => {
      if (this.signal.aborted) return;
      log.guard.expect(found);
      this.found = found;
      this.look = takeFirstLook({ log, partitions: found.partitions, logger, signal: this.signal });
      this.deriving = derive(found);
      await this.look.looked;
    });
    // Whoever promised the identity hears of the failure; here it only means that there is nothing to stop.
    begun.catch(() => undefined);
    if (!(identity instanceof Promise)) await begun;
  }

  /** The log, where notifications may be received into it, or why not: one that is not the log that was derived takes none. */
  log(): LogIdentity | ClosedCode {
    const { log, waitingFor } = this.options;
    const problem = log.guard.problem();
    if (problem !== null) return problem.code;
    if (isLogInDoubt(this.problems())) return 'log-replaced';
    if (this.found === null) return waitingFor?.() ?? 'log-unavailable';
    return this.look?.problem() === null ? this.found : 'log-unavailable';
  }

  problems(): readonly DeriveProblem[] {
    return this.deriving?.problems() ?? [];
  }

  /** For the readiness check: null where deriving goes on. */
  problem(): string | null {
    return describeProblems(this.problems()) ?? this.look?.problem() ?? null;
  }

  /** What only looks is not waited for: the log may not answer. */
  async stop(): Promise<void> {
    await this.deriving?.stop();
  }
}
