import { LogReplaced } from '@mps-ledger/event-log';
import { pause, type Logger } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import type { DeriveState } from './derive-state';
import { findResumption, type ReadableLog } from './resume';
import { unlessStopped } from './unless-stopped';

export interface DeriveWatchOptions {
  readonly log: ReadableLog;
  readonly state: DeriveState;
  readonly logger: Logger;
  /** Between two looks, in ms. Default 2,000. */
  readonly intervalMs?: number;
}

/** Looks at what waits to be derived, until stopped. */
export interface DeriveWatch {
  stop(): Promise<void>;
}

/** Every so many looks, what other processes derive is looked at. */
const OTHERS_EVERY = 3;

/**
 * Compares, again and again, how far the raw log reaches with how far it is derived, by nobody's word but the logs' own. What
 * another process owns is read off the event log, where more came to the raw log or less is left of it.
 */
export function startDeriveWatch(options: DeriveWatchOptions): DeriveWatch {
  const { logger, intervalMs = 2_000 } = options;
  const stopping = new AbortController();
  const look = makeLook(options);
  const run = async (): Promise<void> => {
    for (let number = 0; !stopping.signal.aborted; number += 1) {
      // A log that cannot be reached is told by those who use it.
      await unlessStopped(stopping.signal, look(number)).catch((error: unknown) =>
        logger.debug({ err: error }, 'what waits to be derived is not known'),
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

function makeLook({ log, state }: DeriveWatchOptions): (number: number) => Promise<void> {
  /** Of partitions that others own: the raw end up to which everything is derived. */
  const derivedTo = new Map<number, number>();
  /** How far it is derived, by the event log. */
  const ask = async (partition: number, end: number): Promise<void> => {
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
        if (state.isStalled(partition)) await ask(partition, end);
      } else if (number % OTHERS_EVERY === 0 && derivedTo.get(partition) !== end) await ask(partition, end);
    }
    state.tellStalled();
  };
}
