import { checkLog, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { httpApplication, type Health, type HttpLimits, type Logger, type Metrics } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import type { DeriveMetrics } from './derive/derive';
import { startDeriving, type Deriving } from './derive/deriving';
import type { CallbackConfig } from './ingest.config';
import { addDeriveGauge, makeIngestMetrics } from './ingest-metrics';
import { IngestModule } from './ingest.module';
import { makeNotificationIds } from './sources/notification-ids';
import { makeReceive, type Receive } from './sources/receive';
import type { ClosedCode } from './sources/receive-result';
import { makeBodyReader } from './http/request-body';
import { SharedAppends } from './sources/shared-appends';
import { notificationSourcesOf } from './sources/notification-sources';
import { IngestLog } from './ingest-log';

export interface StartIngestOptions {
  readonly config: CallbackConfig;
  /** Stays the caller's to close. */
  readonly log: EventLog;
  /** The log's identity; until its promise resolves, callbacks are answered 503. */
  readonly identity: LogIdentity | Promise<LogIdentity>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Why the log is not found yet; null once it is, or while the reason is unknown. Default: always null. */
  readonly waitingFor?: () => ClosedCode | null;
  /** Starts deriving, once the log is found. Default: in this thread, over the same log. */
  readonly derive?: (metrics: DeriveMetrics, log: LogIdentity) => Deriving;
  /** Of the callback listener. Default `CALLBACK_LIMITS`, each. */
  readonly limits?: Partial<HttpLimits>;
}

/** A running ingest: callbacks are received, and what was received is derived. */
export interface Ingest {
  /** `http://127.0.0.1:8081/notify/mps`: where callbacks are taken. */
  readonly callbackUrl: string;
  /** Answers the requests in flight, appends what waits, finishes the batches in flight. */
  close(): Promise<void>;
}

/** Slower senders are disconnected; MPS sends a few kilobytes at once. */
export const CALLBACK_LIMITS = { headersMs: 10_000, requestMs: 30_000, idleMs: 40_000 } satisfies Partial<HttpLimits>;

/** Opens the callback listener and starts deriving. Rejects where it cannot listen. */
export async function startIngest(options: StartIngestOptions): Promise<Ingest> {
  const { config, log, logger, metrics, health } = options;
  const closing = new AbortController();
  const ingestMetrics = makeIngestMetrics(metrics);
  const ingestLog = new IngestLog(options, closing.signal);
  const appends = appendsTo(log, metrics);
  const receive = makeReceive({
    ...appends,
    log: () => ingestLog.log(),
    now: () => new Date(),
    newId: makeNotificationIds(),
    metrics: ingestMetrics,
  });
  const application = await listen(options, receive);
  addDeriveGauge(metrics, () => ingestLog.problems());
  const forgetChecks = [
    health.check('log', () => (ingestLog.found === null ? 'the log is not found yet' : checkLog(log.guard))),
    health.check('derive', () => ingestLog.problem()),
  ];
  const here = (metrics: DeriveMetrics, generations: LogIdentity) =>
    startDeriving({ log, generations, logger, metrics, oldestCallbackMs: () => appends.raw.waitingMs });
  await ingestLog.begin((found) => (options.derive ?? here)(ingestMetrics, found));
  return {
    callbackUrl: `${application.url}/notify/${config.MPS_NOTIFY_PATH}`,
    async close() {
      closing.abort();
      const stopReceiving = async (): Promise<void> => {
        await application.close();
        await Promise.all([appends.raw.close(), appends.rejected.close()]);
      };
      await Promise.all([stopReceiving(), ingestLog.stop()]);
      for (const forget of forgetChecks) forget();
    },
  };
}

function listen({ config, logger, metrics, health, limits }: StartIngestOptions, receive: Receive) {
  const sources = notificationSourcesOf(config);
  const paths = new Set(sources.map(({ path }) => `/notify/${path}`));
  return httpApplication({
    name: 'callback',
    module: IngestModule.forRoot({ sources, bodies: makeBodyReader(), receive }),
    knows: (path) => paths.has(path),
    bodies: 'unread',
    host: config.CALLBACK_HOST,
    port: config.CALLBACK_PORT,
    limits: { ...CALLBACK_LIMITS, ...limits },
    ...{ logger, metrics, health },
  });
}

function appendsTo(log: EventLog, metrics: Metrics) {
  const to = (topic: string) =>
    new SharedAppends({ append: (partition, records) => log.append(topic, partition, records) });
  const raw = to(TOPICS.raw);
  metrics.gauge({
    name: 'receive_waiting_bytes',
    help: 'Bytes of notifications that wait for the log.',
    collect: (gauge) => {
      gauge.set(raw.waitingBytes);
    },
  });
  return { raw, rejected: to(TOPICS.rejected) };
}
