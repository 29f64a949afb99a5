import { setMaxListeners } from 'node:events';
import { makeLogRateLimiter, unlessAborted, withTimeout } from '@mps-ledger/async';
import type { EventLog, Follower, LogIdentity } from '@mps-ledger/event-log';
import type { Health, Logger } from '@mps-ledger/platform';
import { forwardGroup, TOPICS } from '@mps-ledger/records';
import { readOne } from '../../derive/derive';
import type { RunningSource } from '../running-sources';
import { forwardBatch, type ForwardContext } from './forward';
import type { ForwardsMetrics } from './forward-metrics';
import { ForwardState } from './forward-state';
import { makeHandler } from './handler';
import { makeStartPositions } from './start-position';

export interface ForwardOptions {
  /** Id of the source. */
  readonly source: string;
  readonly to: string;
  /** Stays the caller's to close. */
  readonly log: EventLog;
  /** Nothing is forwarded until it is found. */
  readonly identity: LogIdentity | Promise<LogIdentity>;
  readonly metrics: ForwardsMetrics;
  readonly health: Health;
  readonly logger: Logger;
  /** See `ForwardContext`. */
  readonly yieldToCallbacks: () => Promise<void>;
  readonly timings?: ForwardTimings | undefined;
}

export interface ForwardTimings {
  /** How long the handler's answer may take. Default 30 s. */
  readonly answerMs?: number;
  /** Longest pause between two attempts. Default 30 s. */
  readonly longestPauseMs?: number;
  /** How long stopping waits for the last commits. Default 4 s. */
  readonly stopMs?: number;
}

const REPEATED_LINES_MS = 60_000;
/** Bytes of a batch: what a partition holds in memory while the handler is slow. */
const MAX_BATCH_BYTES = 1024 * 1024;

/** Forwards what a source receives to its handler, from now on or from where its group got to. Never throws. */
export function startForward(options: ForwardOptions): RunningSource {
  const { source, to, health, logger, timings = {} } = options;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const state = new ForwardState();
  const metrics = options.metrics.of(source, state);
  const handler = makeHandler(to, timings.answerMs ?? 30_000);
  const removeCheck = health.check(`forward ${source}`, () => state.problem(), { isAdvisory: true });
  const parts = {
    ...{ source, handler, state, metrics, logger, logLimiter: makeLogRateLimiter(REPEATED_LINES_MS) },
    ...{ yieldToCallbacks: options.yieldToCallbacks, longestPauseMs: timings.longestPauseMs ?? 30_000 },
  };
  const following = unlessAborted(stopping.signal, Promise.resolve(options.identity))
    .then((identity) => follow({ ...parts, identity }, options.log, stopping.signal))
    // It was stopped before, or the process ends as the log cannot be used.
    .catch(() => null);
  return {
    async stop() {
      stopping.abort();
      const stopped = following.then((follower) => follower?.stop());
      await withTimeout(stopped, timings.stopMs ?? 4000, () => new Error('overdue')).catch(() => undefined);
      removeCheck();
      metrics.remove();
      handler.close();
    },
  };
}

function follow(parts: Omit<ForwardContext, 'starts' | 'readAgain'>, log: EventLog, stopping: AbortSignal): Follower {
  const { source, identity, handler, state, logger, logLimiter } = parts;
  const group = forwardGroup(identity, source);
  const starts = makeStartPositions(log, group);
  const readAgain = (partition: number, offset: number) => readOne(log, partition, offset);
  logger.info({ source, handler: handler.place }, 'what the source receives is forwarded');
  return log.follow({
    group,
    topic: TOPICS.raw,
    maxBytes: MAX_BATCH_BYTES,
    async startAt(partition) {
      const position = await unlessAborted(stopping, starts.at(partition));
      state.succeeded(partition);
      return position;
    },
    onBatch(batch) {
      state.succeeded(batch.partition);
      return forwardBatch(batch, { ...parts, starts, readAgain });
    },
    onOwnership: (partition, isOwned) => {
      if (!isOwned) state.released(partition);
    },
    onFailure: ({ partition, error, attempt }) => {
      const reason = error instanceof Error ? error.message : String(error);
      state.failed(partition, reason);
      if (logLimiter.pass('log') !== null)
        logger.warn({ source, partition, err: error, attempt }, 'forwarding failed; retrying indefinitely');
    },
    onOutage: (error) => state.following(error?.message ?? null),
  });
}
