import { Inject, Module } from '@nestjs/common';
import type {
  DynamicModule,
  FactoryProvider,
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleDestroy,
  Provider,
} from '@nestjs/common';
import { checkLog } from '@mps-ledger/event-log';
import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import { makeBodyReader, programParts } from '@mps-ledger/platform';
import type { Health, HttpLimits, Logger, Metrics } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import type { DeriveMetrics } from './derive/derive';
import { startDeriving } from './derive/deriving';
import type { Deriving } from './derive/deriving';
import { makeYieldToCallbacks } from './derive/yield-to-callbacks';
import { NotifyController } from './http/notify.controller';
import { IngestLog } from './ingest-log';
import { addIngestGauges, makeIngestMetrics } from './ingest-metrics';
import type { SourcesConfig } from './ingest.config';
import { makeCmqNotificationQueue } from './sources/cmq/cmq-notification-queue';
import { makeNotificationIds } from './sources/notification-ids';
import { configuredSources } from './sources/configured-sources';
import type { ConfiguredSource, QueueSourceSettings } from './sources/notification-sources';
import { makeForwardsMetrics } from './sources/forward/forward-metrics';
import { RunningForwards } from './sources/forward/running-forwards';
import { startForward, type ForwardTimings } from './sources/forward/start-forward';
import { makeLogProbe } from './sources/queue/log-probe';
import { MessageRoom } from './sources/queue/message-room';
import { startQueueSource } from './sources/queue/queue-source';
import type { QueueSourceOptions } from './sources/queue/queue-source';
import { makeSourcesMetrics } from './sources/queue/source-metrics';
import { makeReceive } from './sources/receive';
import { makeSqsNotificationQueue } from './sources/sqs/sqs-notification-queue';
import type { NotificationQueue } from './sources/queue/notification-queue';
import type { Receive, ReceiveOptions } from './sources/receive';
import type { ClosedCode } from './sources/receive-result';
import { RunningSources } from './sources/running-sources';
import type { RunningSource } from './sources/running-sources';
import { TopicAppends } from './sources/topic-appends';
import * as token from './tokens';

/** What the process gives the app. */
export interface IngestProgram {
  readonly config: SourcesConfig;
  /** Where notifications come from. Default: what the variables of `config` name. */
  readonly sources?: readonly ConfiguredSource[];
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
  /** Of sources that are queues. Default: see `QueueSourceOptions`. */
  readonly sourceTimings?: QueueSourceOptions['timings'];
  /** Of forwarding. Default: see `ForwardTimings`. */
  readonly forwardTimings?: ForwardTimings;
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
    useFactory: ({ sources, config }: IngestProgram) => sources ?? configuredSources(config),
    inject: [token.PROGRAM],
  },
  {
    provide: RunningSources,
    useFactory: (start: StartQueue, forwards: RunningForwards) => new RunningSources(start, forwards),
    inject: [token.START_QUEUE, RunningForwards],
  },
  { provide: token.BODY_READER, useFactory: () => makeBodyReader() },
  appendsTo(token.RAW_APPENDS, TOPICS.raw),
  appendsTo(token.REJECTED_APPENDS, TOPICS.rejected),
  {
    provide: token.RECEIVE,
    useFactory: (raw: TopicAppends, rejected: TopicAppends, log: IngestLog, metrics: ReceiveOptions['metrics']) =>
      makeReceive({
        ...{ raw, rejected, metrics },
        log: () => log.log(),
        now: () => new Date(),
        newId: makeNotificationIds(),
      }),
    inject: [token.RAW_APPENDS, token.REJECTED_APPENDS, IngestLog, token.INGEST_METRICS],
  },
];

const FORWARDING: FactoryProvider<RunningForwards> = {
  provide: RunningForwards,
  useFactory: (
    { identity, forwardTimings: timings }: IngestProgram,
    log: EventLog,
    raw: TopicAppends,
    health: Health,
    logger: Logger,
    given: Metrics,
  ) => {
    const yieldToCallbacks = makeYieldToCallbacks({ oldestCallbackMs: () => raw.waitingMs });
    const shared = { log, identity, health, logger, yieldToCallbacks, timings, metrics: makeForwardsMetrics(given) };
    return new RunningForwards((source, to) => startForward({ source, to, ...shared }));
  },
  inject: [token.PROGRAM, token.EVENT_LOG, token.RAW_APPENDS, token.HEALTH, token.LOGGER, token.METRICS],
};

/** Starts receiving from a queue. */
export type StartQueue = (settings: QueueSourceSettings) => RunningSource;

const START_QUEUE: FactoryProvider<StartQueue> = {
  provide: token.START_QUEUE,
  useFactory: (
    { sourceTimings }: IngestProgram,
    eventLog: EventLog,
    ingestLog: IngestLog,
    receive: Receive,
    health: Health,
    logger: Logger,
    metrics: Metrics,
  ): StartQueue => {
    const logProblem = makeLogProbe({ log: () => ingestLog.log(), read: () => eventLog.endPositions(TOPICS.raw) });
    const room = new MessageRoom();
    metrics.gauge({
      name: 'source_held_bytes',
      help: 'Bytes of answers of queues that are held at present, all queues together.',
      collect: (gauge) => gauge.set(room.heldBytes),
    });
    const shared = {
      receive,
      logProblem,
      health,
      logger,
      metrics: makeSourcesMetrics(metrics),
      room,
      timings: sourceTimings,
    };
    return (source) => startQueueSource({ source, queue: queueOf(source), ...shared });
  },
  inject: [
    ...[token.PROGRAM, token.EVENT_LOG, IngestLog, token.RECEIVE],
    ...[token.HEALTH, token.LOGGER, token.METRICS],
  ],
};

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
      raw: TopicAppends,
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

/** The ingest app: notifications are received, and what was received is derived. Fastify leaves bodies unread; the handler reads them. */
@Module({
  controllers: [NotifyController],
  providers: [...PROGRAM_PARTS, ...RECEIVING, START_QUEUE, FORWARDING, ...DERIVING, ...HEALTH_AND_METRICS],
})
export class IngestModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  static forRoot(program: IngestProgram): DynamicModule {
    return { module: IngestModule, providers: [{ provide: token.PROGRAM, useValue: program }] };
  }

  private stopped: Promise<void> = Promise.resolve();
  private drained: Promise<void> = Promise.resolve();

  constructor(
    @Inject(token.CLOSING) private readonly closing: AbortController,
    @Inject(IngestLog) private readonly log: IngestLog,
    @Inject(RunningSources) private readonly sources: RunningSources,
    @Inject(token.NOTIFICATION_SOURCES) private readonly configured: readonly ConfiguredSource[],
    @Inject(token.RAW_APPENDS) private readonly raw: TopicAppends,
    @Inject(token.REJECTED_APPENDS) private readonly rejected: TopicAppends,
    @Inject(token.HEALTH_CHECKS) private readonly checks: readonly (() => void)[],
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sources.replace(this.configured);
  }

  /** First: queues, forwarding and deriving stop, while the listener, which closes next, still answers the requests in flight. */
  onModuleDestroy(): void {
    this.closing.abort();
    this.drained = this.sources.stop();
    this.stopped = this.log.stop();
    // Awaited below.
    this.stopped.catch(() => undefined);
  }

  /** Last, when no request is in flight: what waits is appended, and the batches in flight are finished. */
  async onApplicationShutdown(): Promise<void> {
    await this.drained;
    await Promise.all([this.raw.close(), this.rejected.close(), this.stopped]);
    for (const remove of this.checks) remove();
  }
}

function queueOf(source: QueueSourceSettings): NotificationQueue {
  return source.transport === 'sqs' ? makeSqsNotificationQueue(source) : makeCmqNotificationQueue(source);
}

function appendsTo(provide: symbol, topic: string): FactoryProvider<TopicAppends> {
  return { provide, useFactory: (log: EventLog) => new TopicAppends(log, topic), inject: [token.EVENT_LOG] };
}
