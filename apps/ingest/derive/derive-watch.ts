import { LogReplaced } from '@mps-ledger/event-log';
import type { Logger } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import type { DeriveState } from './derive-state';
import { findResumption, type ReadableLog } from './resume';
import { pause, unlessAborted } from '@mps-ledger/async';

export interface DeriveWatchOptions {
  readonly log: ReadableLog;
  readonly state: DeriveState;
  readonly logger: Logger;
  /** Between two checks, in ms. Default 2,000. */
  readonly intervalMs?: number;
}

/** Checks what waits to be derived, until stopped. */
export interface DeriveWatch {
  stop(): Promise<void>;
}

/** Every so many checks include the partitions of other owners. */
const OTHER_OWNERS_EVERY = 3;

/**
 * Compares at intervals the end of the raw log with the derived position, from the logs alone. For partitions of other owners, the
 * position is read from the event log, where the raw log's end has changed.
 */
export function startDeriveWatch(options: DeriveWatchOptions): DeriveWatch {
  const { logger, intervalMs = 2_000 } = options;
  const stopping = new AbortController();
  const check = makeCheck(options);
  const run = async (): Promise<void> => {
    for (let number = 0; !stopping.signal.aborted; number += 1) {
      // The followers report a log that cannot be reached.
      await unlessAborted(stopping.signal, check(number)).catch((error: unknown) =>
        logger.debug({ err: error }, 'what waits to be derived is unknown'),
      );
      await pause(intervalMs, stopping.signal);
    }
  };
  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

function makeCheck({ log, state }: DeriveWatchOptions): (number: number) => Promise<void> {
  /** Of partitions of other owners: the raw end up to which everything is derived. */
  const derivedTo = new Map<number, number>();
  /** Reads the derived position from the event log. */
  const checkEventLog = async (partition: number, end: number): Promise<void> => {
    try {
      const { position } = await findResumption(log, partition);
      state.seen({ partition, end, derived: position });
      if (position >= end) derivedTo.set(partition, end);
    } catch (error) {
      if (!(error instanceof LogReplaced)) throw error;
      state.failed({ partition, error });
    }
  };
  return async (number) => {
    const ends = await log.endPositions(TOPICS.raw);
    for (const [partition, end] of ends.entries()) {
      if (state.owns(partition)) {
        derivedTo.delete(partition);
        state.seen({ partition, end });
        if (state.isStalled(partition)) await checkEventLog(partition, end);
      } else if (number % OTHER_OWNERS_EVERY === 0 && derivedTo.get(partition) !== end)
        await checkEventLog(partition, end);
    }
    state.reportStalled();
  };
}
