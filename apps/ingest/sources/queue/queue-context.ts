import type { LogRateLimiter } from '@mps-ledger/async';
import type { Logger } from '@mps-ledger/platform';
import type { NotificationSource } from '../notification-sources';
import type { Receive } from '../receive';
import type { ClosedCode } from '../receive-result';
import type { MessageRoom } from './message-room';
import type { NotificationQueue } from './notification-queue';
import type { SourceMetrics } from './source-metrics';
import type { SourceState } from './source-state';

/** What the receivers of one source share. */
export interface QueueContext {
  readonly source: NotificationSource;
  readonly queue: NotificationQueue;
  readonly receive: Receive;
  /** Null where the log takes records, as far as can be known without appending; else why not. Rejects never. */
  readonly logProblem: () => Promise<ClosedCode | null>;
  /** Shared by all sources of the process. */
  readonly room: MessageRoom;
  readonly state: SourceState;
  readonly metrics: SourceMetrics;
  readonly logger: Logger;
  /** Of log lines that a bad message or a lasting state could repeat without end. */
  readonly logLimiter: LogRateLimiter;
  /** Aborted when the source is to stop: no new poll, and the one in flight is given up. */
  readonly stopping: AbortSignal;
  /** Aborted when the time for stopping is over. */
  readonly overdue: AbortSignal;
}
