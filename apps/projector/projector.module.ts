import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, OnApplicationShutdown, Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { LogSource, makeConsume, makeExtendBatch } from '@mps-ledger/consuming';
import type { ConsumeOptions, Coordination } from '@mps-ledger/consuming';
import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import type { Logger, Metrics } from '@mps-ledger/platform';
import type { CheckpointState, ReadModel } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { makeAnnouncer } from './announcer';
import type { Announcer } from './announcer';
import { makeCheckpointStore } from './checkpoint-store';
import { eventsProjection } from './events/project-events';
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

const PROGRAM_PARTS = [
  partOfProgram(token.EVENT_LOG, 'log'),
  partOfProgram(token.LOG_IDENTITY, 'identity'),
  partOfProgram(token.POOL, 'pool'),
  partOfProgram(token.READ_MODEL, 'model'),
  partOfProgram(token.COORDINATION, 'coordination'),
  partOfProgram(token.LOGGER, 'logger'),
];

const SERVICES: readonly Provider[] = [
  {
    provide: token.PROJECTOR_METRICS,
    useFactory: ({ metrics }: ProjectorProgram) => makeProjectorMetrics(metrics),
    inject: [token.PROGRAM],
  },
  { provide: token.ANNOUNCER, useFactory: makeAnnouncer, inject: [token.POOL, token.LOGGER] },
  {
    provide: token.RAW_WATCH,
    useFactory: ({ model, log, logger, coordination }: ProjectorProgram) =>
      makeRawWatch({
        ...{ model, log, logger },
        deliveredTo: (partition) => coordination.work(TOPICS.events, partition).deliveredTo,
      }),
    inject: [token.PROGRAM],
  },
  {
    provide: token.FRESHNESS,
    useFactory: ({ model, log, logger, coordination }: ProjectorProgram, watch: RawWatch) =>
      makeFreshnessTracker({ model, log, owned: (topic) => coordination.owned(topic), watch, logger }),
    inject: [token.PROGRAM, token.RAW_WATCH],
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
      { pool, identity, model, coordination, log, logger }: ProjectorProgram,
      projections: ConsumeOptions<CheckpointState>['projections'],
      metrics: ProjectorMetrics,
    ) =>
      makeConsume({
        ...{ pool, log: identity, projections, coordination, metrics, logger },
        store: makeCheckpointStore(model),
        extendBatch: makeExtendBatch({ log, logger }),
      }),
    inject: [token.PROGRAM, token.PROJECTIONS, token.PROJECTOR_METRICS],
  },
  {
    provide: LogSource,
    useFactory: ({ log, model, coordination, batchRecords }: ProjectorProgram) =>
      new LogSource({
        ...{ log, coordination, groups: groupsOf(model.schema) },
        ...(batchRecords !== undefined && { batchRecords }),
      }),
    inject: [token.PROGRAM],
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

function partOfProgram(provide: symbol, part: keyof ProjectorProgram): FactoryProvider {
  return { provide, useFactory: (program: ProjectorProgram) => program[part], inject: [token.PROGRAM] };
}
