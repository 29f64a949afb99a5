import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { LogSource, makeConsume, makeExtendBatch } from '@mps-ledger/consuming';
import type { ConsumeOptions, Coordination } from '@mps-ledger/consuming';
import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import { programParts } from '@mps-ledger/platform';
import type { Logger, Metrics } from '@mps-ledger/platform';
import type { CheckpointState, ReadModel } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { eventsProjection, makeCheckpointStore } from '@mps-ledger/task-projection';
import { makeAnnouncer } from './announcer';
import type { Announcer } from './announcer';
import { makeFreshnessTracker } from './freshness';
import type { FreshnessTracker } from './freshness';
import { groupsOf } from './groups';
import { makeProjections } from './projections';
import { makeProjectorMetrics } from './projector-metrics';
import type { ProjectorMetrics } from './projector-metrics';
import { ProjectorController } from './projector.controller';
import { makeRawWatch } from './raw-watch';
import type { RawWatch } from './raw-watch';
import * as token from './tokens';

/** What the app works with once the log is found. The caller closes the log and the pool. */
export interface ProjectorProgram {
  readonly log: EventLog;
  readonly identity: LogIdentity;
  readonly pool: Pool;
  readonly model: ReadModel<Pool>;
  readonly coordination: Coordination;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Records per batch at most. Default 500. */
  readonly batchRecords?: number;
}

const PROGRAM_PARTS = programParts<ProjectorProgram>(token.PROGRAM, {
  log: token.EVENT_LOG,
  identity: token.LOG_IDENTITY,
  pool: token.POOL,
  model: token.READ_MODEL,
  coordination: token.COORDINATION,
  logger: token.LOGGER,
  metrics: token.METRICS,
});

const SERVICES: readonly Provider[] = [
  {
    provide: token.PROJECTOR_METRICS,
    useFactory: makeProjectorMetrics,
    inject: [token.METRICS],
  },
  { provide: token.ANNOUNCER, useFactory: makeAnnouncer, inject: [token.POOL, token.LOGGER] },
  {
    provide: token.RAW_WATCH,
    useFactory: (model: ReadModel<Pool>, log: EventLog, logger: Logger, coordination: Coordination) =>
      makeRawWatch({
        ...{ model, log, logger },
        deliveredTo: (partition) => coordination.work(TOPICS.events, partition).deliveredTo,
      }),
    inject: [token.READ_MODEL, token.EVENT_LOG, token.LOGGER, token.COORDINATION],
  },
  {
    provide: token.FRESHNESS,
    useFactory: (model: ReadModel<Pool>, log: EventLog, logger: Logger, coordination: Coordination, watch: RawWatch) =>
      makeFreshnessTracker({ model, log, owned: (topic) => coordination.owned(topic), watch, logger }),
    inject: [token.READ_MODEL, token.EVENT_LOG, token.LOGGER, token.COORDINATION, token.RAW_WATCH],
  },
  {
    provide: token.PROJECTIONS,
    useFactory: (
      { partitions }: LogIdentity,
      { schema }: ReadModel,
      freshness: FreshnessTracker,
      metrics: ProjectorMetrics,
      announcer: Announcer,
    ) =>
      makeProjections(eventsProjection(partitions), {
        ...{ schema, freshness, metrics },
        onCommit: () => announcer.committed(),
      }),
    inject: [token.LOG_IDENTITY, token.READ_MODEL, token.FRESHNESS, token.PROJECTOR_METRICS, token.ANNOUNCER],
  },
];

const CONSUMING: readonly Provider[] = [
  {
    provide: token.CONSUME,
    useFactory: (
      pool: Pool,
      identity: LogIdentity,
      model: ReadModel<Pool>,
      coordination: Coordination,
      log: EventLog,
      logger: Logger,
      projections: ConsumeOptions<CheckpointState>['projections'],
      metrics: ProjectorMetrics,
    ) =>
      makeConsume({
        ...{ pool, log: identity, projections, coordination, metrics, logger },
        store: makeCheckpointStore(model),
        extendBatch: makeExtendBatch({ log, logger }),
      }),
    inject: [
      ...[token.POOL, token.LOG_IDENTITY, token.READ_MODEL, token.COORDINATION, token.EVENT_LOG, token.LOGGER],
      ...[token.PROJECTIONS, token.PROJECTOR_METRICS],
    ],
  },
  {
    provide: LogSource,
    useFactory: (
      { batchRecords }: ProjectorProgram,
      log: EventLog,
      model: ReadModel<Pool>,
      coordination: Coordination,
    ) =>
      new LogSource({
        ...{ log, coordination, groups: groupsOf(model.schema) },
        ...(batchRecords !== undefined && { batchRecords }),
      }),
    inject: [token.PROGRAM, token.EVENT_LOG, token.READ_MODEL, token.COORDINATION],
  },
];

/** The projector: a microservice whose transport is `LogSource`, and whose controller applies batches. */
@Module({ controllers: [ProjectorController], providers: [...PROGRAM_PARTS, ...SERVICES, ...CONSUMING] })
export class ProjectorModule implements OnApplicationShutdown {
  static forRoot(program: ProjectorProgram): DynamicModule {
    return { module: ProjectorModule, providers: [{ provide: token.PROGRAM, useValue: program }] };
  }

  constructor(
    @Inject(token.FRESHNESS) private readonly freshness: FreshnessTracker,
    @Inject(token.ANNOUNCER) private readonly announcer: Announcer,
  ) {}

  /** Nest has closed the transport by then: no batch is in flight, and the partitions are given up. */
  async onApplicationShutdown(): Promise<void> {
    await this.freshness.close();
    await this.announcer.close();
  }
}
