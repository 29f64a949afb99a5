import { backoff, pause, type Logger } from '@mps-ledger/platform';
import { findResumption, type ReadableLog } from './resume';

export interface FirstLookOptions {
  readonly log: ReadableLog;
  readonly partitions: number;
  readonly logger: Logger;
  /** Ends the looking. */
  readonly signal: AbortSignal;
}

/** Whether the raw log is the one that the events were derived from, asked before anything is received into it. */
export interface FirstLook {
  /** What keeps it from being received into, in words; null once nothing does. */
  problem(): string | null;
  /** Resolves when it was looked at once, whatever was found. */
  readonly looked: Promise<void>;
}

/** Looks at each partition, those of other owners too, until all are as they should be. */
export function takeFirstLook({ log, partitions, logger, signal }: FirstLookOptions): FirstLook {
  let problem: string | null = 'the raw log is not compared with the event log yet';
  const look = async (): Promise<void> => {
    for (let partition = 0; partition < partitions && !signal.aborted; partition += 1)
      await findResumption(log, partition);
    problem = null;
  };
  const attempt = async (number: number): Promise<void> => {
    await look().catch((error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
      if (number === 1) logger.error({ err: error }, 'nothing is received before the raw log can be used');
    });
  };
  const looked = attempt(1);
  const again = async (): Promise<void> => {
    await looked;
    for (let number = 2; problem !== null && !signal.aborted; number += 1) {
      await pause(backoff(number), signal);
      await attempt(number);
    }
  };
  void again();
  return { problem: () => problem, looked };
}
