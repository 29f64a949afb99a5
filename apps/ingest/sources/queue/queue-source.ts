import { makeLogRateLimiter, withTimeout } from '@mps-ledger/async';
import type { Health, Logger } from '@mps-ledger/platform';
import type { NotificationSource } from '../notification-sources';
import type { Receive } from '../receive';
import type { ClosedCode } from '../receive-result';
import type { MessageRoom } from './message-room';
import type { NotificationQueue } from './notification-queue';
import { runReceiver } from './receiver';
import type { SourcesMetrics } from './source-metrics';
import { SourceState, type SourceTimings } from './source-state';

export interface QueueSourceOptions {
  readonly source: NotificationSource;
  /** Closed with the source. */
  readonly queue: NotificationQueue;
  readonly receive: Receive;
  /** See `QueueContext`. */
  readonly logProblem: () => Promise<ClosedCode | null>;
  /** Shared by all sources of the process. */
  readonly room: MessageRoom;
  readonly metrics: SourcesMetrics;
  readonly health: Health;
  readonly logger: Logger;
  /** Default 2. */
  readonly receivers?: number;
  readonly timings?: SourceTimings & {
    /** How long stopping waits for what was received to be logged and deleted. Default 4 s. */
    readonly stopMs?: number;
  };
}

/** A queue that is being received from. */
export interface QueueSource {
  readonly state: SourceState;
  /** No new poll; what was received is logged and deleted, within the time for it. The rest is left in the queue. Never rejects. */
  stop(): Promise<void>;
}

const REPEATED_LINES_MS = 60_000;

export function startQueueSource(options: QueueSourceOptions): QueueSource {
  const { source, queue, health, logger, receivers = 2, timings = {} } = options;
  const stopping = new AbortController();
  const overdue = new AbortController();
  const state = new SourceState(timings);
  const metrics = options.metrics.of(source.id, state);
  const removeCheck = health.check(`source ${source.id}`, () => describeState(state), { isAdvisory: true });
  const context = {
    ...{
      source,
      queue,
      receive: options.receive,
      logProblem: options.logProblem,
      room: options.room,
      state,
      metrics,
      logger,
    },
    ...{ logLimiter: makeLogRateLimiter(REPEATED_LINES_MS), stopping: stopping.signal, overdue: overdue.signal },
  };
  logger.info(
    { source: source.id, queue: queue.place },
    'receiving from the queue; whoever else reads it gets a part of it',
  );
  const running = Promise.all(Array.from({ length: receivers }, () => runReceiver(context)));
  return {
    state,
    async stop() {
      stopping.abort();
      await withTimeout(running, timings.stopMs ?? 4000, () => new Error('overdue')).catch(() => undefined);
      overdue.abort();
      removeCheck();
      metrics.remove();
      queue.close();
    },
  };
}

/** Null where it receives, or waits for a log that is away, which the check of the log reports. */
function describeState({ status, reason, lastRefusal, smallestTooLarge }: SourceState): string | null {
  if (smallestTooLarge !== null)
    return (
      `the log refuses messages of ${smallestTooLarge} bytes, which are left in the queue: ` +
      'raise max.message.bytes of the raw topic'
    );
  if (lastRefusal !== null) return `the log took none of the last messages: ${lastRefusal}`;
  return status === 'misconfigured' || status === 'backing-off' ? `${status}: ${reason}` : null;
}
