import { backoff, pause } from '@mps-ledger/async';
import type { Logger } from '@mps-ledger/platform';
import { findResumption, type ReadableLog } from './resume';

export interface RawLogCheckOptions {
  readonly log: ReadableLog;
  readonly partitions: number;
  readonly logger: Logger;
  /** Ends the check. */
  readonly signal: AbortSignal;
}

/** Whether the raw log is the one that the events were derived from, checked before anything is received into it. */
export interface RawLogCheck {
  /** Why nothing may be received into it; null once it may. */
  problem(): string | null;
  /** Resolves after the first attempt, whatever its result. */
  readonly checkedOnce: Promise<void>;
}

/** Compares each partition, those of other owners too, until all match. */
export function startRawLogCheck({ log, partitions, logger, signal }: RawLogCheckOptions): RawLogCheck {
  let problem: string | null = 'the raw log has not been compared with the event log yet';
  const compareAll = async (): Promise<void> => {
    for (let partition = 0; partition < partitions && !signal.aborted; partition += 1)
      await findResumption(log, partition);
    problem = null;
  };
  const attempt = async (number: number): Promise<void> => {
    await compareAll().catch((error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
      if (number === 1) logger.error({ err: error }, 'nothing is received until the raw log can be used');
    });
  };
  const checkedOnce = attempt(1);
  const again = async (): Promise<void> => {
    await checkedOnce;
    for (let number = 2; problem !== null && !signal.aborted; number += 1) {
      await pause(backoff(number), signal);
      await attempt(number);
    }
  };
  void again();
  return { problem: () => problem, checkedOnce };
}
