import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, OnApplicationShutdown, OnModuleDestroy, Provider } from '@nestjs/common';
import { checkLog } from '@mps-ledger/event-log';
import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import { makeBodyReader, programParts } from '@mps-ledger/platform';
import type { Health, HttpLimits, Logger, Metrics } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import type { DeriveMetrics } from './derive/derive';
import { startDeriving } from './derive/deriving';
import type { Deriving } from './derive/deriving';
import { NotifyController } from './http/notify.controller';
import { IngestLog } from './ingest-log';
import { addIngestGauges, makeIngestMetrics } from './ingest-metrics';
import type { CallbackConfig } from './ingest.config';
import { makeNotificationIds } from './sources/notification-ids';
import { notificationSourcesOf } from './sources/notification-sources';
import { makeReceive } from './sources/receive';
import type { ReceiveOptions } from './sources/receive';
import type { ClosedCode } from './sources/receive-result';
import { SharedAppends } from './sources/shared-appends';
import * as token from './tokens';

/** What the process gives the app. */
export interface IngestProgram {
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

/** Starts deriving from a log that was found. */
export type StartDeriving = (found: LogIdentity) => Deriving;

const PROGRAM_PARTS = programParts<IngestProgram>(token.PROGRAM, {
  config: token.CONFIG,
  log: token.EVENT_LOG,
  logger: token.LOGGER,
  metrics: token.METRICS,
  health: token.HEALTH,
});

const RECEIVING: readonly Provider[] = [
  {
    provide: token.NOTIFICATION_SOURCES,
    useFactory: (config: CallbackConfig) =>
      new Map(notificationSourcesOf(config).map((source) => [source.path, source])),
    inject: [token.CONFIG],
  },
  { provide: token.BODY_READER, useFactory: () => makeBodyReader() },
  appendsTo(token.RAW_APPENDS, TOPICS.raw),
  appendsTo(token.REJECTED_APPENDS, TOPICS.rejected),
  {
    provide: token.RECEIVE,
    useFactory: (raw: SharedAppends, rejected: SharedAppends, log: IngestLog, metrics: ReceiveOptions['metrics']) =>
      makeReceive({
        ...{ raw, rejected, metrics },
        log: () => log.log(),
        now: () => new Date(),
        newId: makeNotificationIds(),
      }),
    inject: [token.RAW_APPENDS, token.REJECTED_APPENDS, IngestLog, token.INGEST_METRICS],
  },
];

const DERIVING: readonly Provider[] = [
  { provide: token.CLOSING, useFactory: () => new AbortController() },
  {
    provide: IngestLog,
    useFactory: ({ identity, waitingFor }: IngestProgram, log: EventLog, logger: Logger, closing: AbortController) =>
      new IngestLog({ log, identity, logger, waitingFor }, closing.signal),
    inject: [token.PROGRAM, token.EVENT_LOG, token.LOGGER, token.CLOSING],
  },
  {
    provide: token.START_DERIVING,
    useFactory: (
      { derive }: IngestProgram,
      log: EventLog,
      logger: Logger,
      raw: SharedAppends,
      metrics: DeriveMetrics,
    ): StartDeriving => {
      const inThisThread = (_: DeriveMetrics, generations: LogIdentity): Deriving =>
        startDeriving({ log, generations, logger, metrics, oldestCallbackMs: () => raw.waitingMs });
      return (found) => (derive ?? inThisThread)(metrics, found);
    },
    inject: [token.PROGRAM, token.EVENT_LOG, token.LOGGER, token.RAW_APPENDS, token.INGEST_METRICS],
  },
];

const HEALTH_AND_METRICS: readonly Provider[] = [
  { provide: token.INGEST_METRICS, useFactory: makeIngestMetrics, inject: [token.METRICS] },
  {
    provide: token.HEALTH_CHECKS,
    useFactory: (health: Health, log: EventLog, ingestLog: IngestLog) => [
      health.check('log', () => (ingestLog.found === null ? 'the log is not found yet' : checkLog(log.guard))),
      health.check('derive', () => ingestLog.problem()),
    ],
    inject: [token.HEALTH, token.EVENT_LOG, IngestLog],
  },
  { provide: token.GAUGES, useFactory: addIngestGauges, inject: [token.METRICS, IngestLog, token.RAW_APPENDS] },
];

/** The ingest app: callbacks are received, and what was received is derived. Fastify leaves bodies unread; the handler reads them. */
@Module({
  controllers: [NotifyController],
  providers: [...PROGRAM_PARTS, ...RECEIVING, ...DERIVING, ...HEALTH_AND_METRICS],
})
export class IngestModule implements OnModuleDestroy, OnApplicationShutdown {
  static forRoot(program: IngestProgram): DynamicModule {
    return { module: IngestModule, providers: [{ provide: token.PROGRAM, useValue: program }] };
  }

  private stopped: Promise<void> = Promise.resolve();

  constructor(
    @Inject(token.CLOSING) private readonly closing: AbortController,
    @Inject(IngestLog) private readonly log: IngestLog,
    @Inject(token.RAW_APPENDS) private readonly raw: SharedAppends,
    @Inject(token.REJECTED_APPENDS) private readonly rejected: SharedAppends,
    @Inject(token.HEALTH_CHECKS) private readonly checks: readonly (() => void)[],
  ) {}

  /** First: deriving stops, while the listener, which closes next, still answers the requests in flight. */
  onModuleDestroy(): void {
    this.closing.abort();
    this.stopped = this.log.stop();
    // Awaited below.
    this.stopped.catch(() => undefined);
  }

  /** Last, when no request is in flight: what waits is appended, and the batches in flight are finished. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.raw.close(), this.rejected.close(), this.stopped]);
    for (const remove of this.checks) remove();
  }
}

function appendsTo(provide: symbol, topic: string): FactoryProvider<SharedAppends> {
  return {
    provide,
    useFactory: (log: EventLog) =>
      new SharedAppends({ append: (partition, records) => log.append(topic, partition, records) }),
    inject: [token.EVENT_LOG],
  };
}
