import type { EventLog, Follower } from '@mps-ledger/event-log';
import { failpoint, type Logger } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/wire';
import { DERIVE_GROUP, makeDerive, type DeriveMetrics } from './derive';
import { makeGiveWay } from './give-way';
import { makeTurns } from './turns';

export interface DerivingOptions {
  /** Stays the caller's to close. */
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: DeriveMetrics;
  /** How long a callback of this thread has waited for its answer at most, in ms; 0 where none waits. Default 0. */
  readonly callbacksWait?: () => number;
}

/** What was received is derived, until stopped. */
export type Deriving = Pick<Follower, 'stop'>;

/** Begins to derive in this thread. */
export function startDeriving({ log, logger, metrics, callbacksWait = () => 0 }: DerivingOptions): Deriving {
  const giveWay = makeGiveWay({ callbacksWait });
  return log.follow({
    group: DERIVE_GROUP,
    topic: TOPICS.raw,
    onBatch: makeDerive({ append: log.append.bind(log), metrics, turns: makeTurns(), giveWay }),
    onOwnership: () => failpoint('derive.rebalance'),
    onFailure: ({ partition, error, attempt }) => {
      logger.warn({ partition, attempt, err: error }, 'deriving failed and is tried again');
    },
  });
}
