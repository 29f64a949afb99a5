import { setMaxListeners } from 'node:events';
import type { EventLog, Generations } from '@mps-ledger/event-log';
import { failpoint, type Logger } from '@mps-ledger/platform';
import { deriveGroup, TOPICS } from '@mps-ledger/records';
import { makeDerive, readOne, type DeriveMetrics } from './derive';
import { makeDeriveState, type DeriveProblem, type DeriveState } from './derive-state';
import { startDeriveWatch } from './derive-watch';
import { makeYieldToCallbacks } from './yield-to-callbacks';
import { findResumption } from './resume';
import { Mutex, unlessAborted } from '@mps-ledger/async';

export interface DerivingOptions {
  /** Stays the caller's to close. */
  readonly log: EventLog;
  /** Of that log. */
  readonly generations: Generations;
  readonly logger: Logger;
  readonly metrics: DeriveMetrics;
  /** How long the oldest unanswered callback of this thread has waited, in ms; 0 where none waits. Default 0. */
  readonly oldestCallbackMs?: () => number;
}

/** Derives what was received, until stopped. */
export interface Deriving {
  /** Why partitions are blocked; empty while none is. */
  problems(): readonly DeriveProblem[];
  /** Finishes what is in flight. */
  stop(): Promise<void>;
}

/** Starts deriving in this thread. */
export function startDeriving(options: DerivingOptions): Deriving {
  const { log, generations, logger, metrics, oldestCallbackMs = () => 0 } = options;
  const yieldToCallbacks = makeYieldToCallbacks({ oldestCallbackMs });
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const state = makeDeriveState({ logger, onFailed: (code) => metrics.failed(code) });
  const derive = makeDerive({
    append: log.append.bind(log),
    readAgain: (partition, offset) => readOne(log, partition, offset),
    onProgress: state.progressed.bind(state),
    onLargeRecord: state.waitsForLargeRecord.bind(state),
    ...{ metrics, largeRecords: new Mutex(), yieldToCallbacks },
  });
  const follower = log.follow({
    // Its progress is a hint for tools; deriving does not begin at it.
    group: deriveGroup(generations),
    topic: TOPICS.raw,
    startAt: (partition) => unlessAborted(stopping.signal, startAt(partition, log, state, logger)),
    onBatch: derive,
    onOwnership: (partition, owned) => {
      failpoint('derive.rebalance');
      state.owned(partition, owned);
    },
    onFailure: (failure) => state.failed(failure),
    onOutage: (error) => state.following(error),
  });
  const watch = startDeriveWatch({ log, state, logger });
  return {
    problems: () => state.problems(),
    async stop() {
      const stopped = Promise.all([follower.stop(), watch.stop()]);
      // A partition that is only beginning does not wait for a log that does not answer.
      stopping.abort();
      await stopped;
    },
  };
}

async function startAt(partition: number, log: EventLog, state: DeriveState, logger: Logger): Promise<number> {
  const { after, position, rawEnd } = await findResumption(log, partition);
  if (position > after)
    logger.info({ partition, from: after, to: position }, 'no raw record exists at these offsets: nothing to derive');
  logger.debug({ partition, position, end: rawEnd }, 'deriving begins');
  state.begun(partition, position, rawEnd);
  return position;
}
