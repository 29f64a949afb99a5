import { Inject, Module } from '@nestjs/common';
import type {
  DynamicModule,
  FactoryProvider,
  ModuleMetadata,
  OnApplicationShutdown,
  OnModuleDestroy,
  Provider,
} from '@nestjs/common';
import type { Pool } from 'pg';
import { makeAccessCheck, ProbesController, programParts } from '@mps-ledger/platform';
import type { Health } from '@mps-ledger/platform';
import { projectionsOn } from '@mps-ledger/projections';
import { projectionSchema, readModelIn } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { ContractController } from './contract/contract.controller';
import { makeContract } from './contract/openapi';
import { FeedsController } from './feeds/feeds.controller';
import { getChanges } from './feeds/get-changes';
import { getStream } from './feeds/get-stream';
import { openFeeds, type OpenFeeds } from './feeds/open-feeds';
import { CachedSealer } from './http/cached-sealer';
import { Lane } from './lane';
import { addQueryMetrics } from './metrics';
import { getNotification } from './notifications/get-notification';
import { getNotificationBody } from './notifications/get-notification-body';
import { listNotifications } from './notifications/list-notifications';
import { NotificationsController } from './notifications/notifications.controller';
import { getPipeline } from './pipeline/get-pipeline';
import { PipelineController } from './pipeline/pipeline.controller';
import { PageController } from './page/page.controller';
import { readPageFiles } from './page/page-files';
import { accessOf } from './access';
import { databaseOf, makeQueryPool } from './pool';
import type { QueryContext } from './query-context';
import type { QueryConfig, QueryProgram } from './query.config';
import { projectionReadiness } from './projection-readiness';
import { readiness } from './readiness';
import { listErrors } from './reports/list-errors';
import { listUsage } from './reports/list-usage';
import { ReportsController } from './reports/reports.controller';
import { countTasks } from './tasks/count-tasks';
import { exportTasks } from './tasks/export-tasks';
import { getTask } from './tasks/get-task';
import { getTaskDiff } from './tasks/get-task-diff';
import { getTaskHistory } from './tasks/get-task-history';
import { getTaskLive } from './tasks/get-task-live';
import { getTaskWhy } from './tasks/get-task-why';
import { listTasks } from './tasks/list-tasks';
import { TasksController } from './tasks/tasks.controller';
import * as token from './tokens';
import type { CommitListener } from './waiting/commit-listener';
import { makeCommitListener, makeWaitingRoom } from './waiting/make-waiting';
import { WaitingRoom } from './waiting/waiting-room';

/** The controllers of the API, whose contract is at /openapi.json. */
export const CONTROLLERS = [
  TasksController,
  NotificationsController,
  ReportsController,
  FeedsController,
  PipelineController,
  ContractController,
];

/** A list takes milliseconds of CPU, a read by id less than one: most connections of the pool stay free for reads by id. */
const LIST_LIMITS = { atOnce: 3, waiting: 100, waitMs: 2_000 };

/** Folding a long history takes up to seconds of CPU, in steps of milliseconds, and holds a connection. */
const FOLD_LIMITS = { atOnce: 2, waiting: 50, waitMs: 10_000, busy: 'folds-busy' } as const;

/** Exports that are sent at once: each reads a page when its client has taken the one before. */
const EXPORT_LIMITS = { atOnce: 4, waiting: 20, waitMs: 2_000 };

/** Requests that may wait at once. */
const MOST_WAITERS = 500;

/** Configuration and what the process shares. */
const PROGRAM_PARTS = programParts<QueryProgram>(token.PROGRAM, {
  config: token.CONFIG,
  logger: token.LOGGER,
  metrics: token.METRICS,
  health: token.HEALTH,
});

const RESOURCES: readonly Provider[] = [
  { provide: token.DATABASE, useFactory: databaseOf, inject: [token.CONFIG] },
  { provide: token.POOL, useFactory: makeQueryPool, inject: [token.DATABASE, token.LOGGER] },
  {
    provide: token.SCHEMA,
    useFactory: ({ schema = projectionSchema }: QueryProgram) => schema,
    inject: [token.PROGRAM],
  },
  { provide: token.READ_MODEL, useFactory: readModelIn<Pool>, inject: [token.SCHEMA, token.POOL] },
  {
    provide: token.FEEDS,
    useFactory: openFeeds,
    inject: [token.READ_MODEL, token.DATABASE, token.LOGGER, token.METRICS, token.FEED_LIMITS],
  },
  { provide: token.FEED_LIMITS, useValue: {} },
  { provide: token.WAITERS, useValue: MOST_WAITERS },
  {
    provide: WaitingRoom,
    useFactory: makeWaitingRoom,
    inject: [token.READ_MODEL, token.DATABASE, token.LOGGER, token.WAITERS],
  },
  {
    provide: token.COMMIT_LISTENER,
    useFactory: makeCommitListener,
    inject: [WaitingRoom, token.FEEDS, token.DATABASE, token.LOGGER],
  },
  { provide: token.PAGE_FILES, useFactory: () => readPageFiles() },
  { provide: token.LISTS, useFactory: () => new Lane(LIST_LIMITS) },
  { provide: token.FOLDS, useFactory: () => new Lane(FOLD_LIMITS) },
  { provide: token.EXPORTS, useFactory: () => new Lane(EXPORT_LIMITS) },
  { provide: CachedSealer, useFactory: (db: ReadModel) => new CachedSealer(db), inject: [token.READ_MODEL] },
];

const SERVICES: readonly Provider[] = [
  {
    provide: token.QUERY_CONTEXT,
    useFactory: (
      db: ReadModel<Pool>,
      waiting: WaitingRoom,
      lists: Lane,
      folds: Lane,
      exports: Lane,
      cursors: CachedSealer,
      feeds: OpenFeeds,
      { OPTIONAL_PROJECTIONS }: QueryConfig,
    ): QueryContext => {
      const projections = projectionsOn(OPTIONAL_PROJECTIONS);
      return { db, waiting, lists, folds, exports, cursors, feeds, projections };
    },
    inject: [
      token.READ_MODEL,
      WaitingRoom,
      token.LISTS,
      token.FOLDS,
      token.EXPORTS,
      CachedSealer,
      token.FEEDS,
      token.CONFIG,
    ],
  },
  service(token.GET_TASK, getTask),
  service(token.GET_TASK_HISTORY, getTaskHistory),
  service(token.GET_TASK_DIFF, getTaskDiff),
  service(token.GET_TASK_LIVE, getTaskLive),
  service(token.GET_TASK_WHY, getTaskWhy),
  service(token.LIST_TASKS, listTasks),
  service(token.COUNT_TASKS, countTasks),
  service(token.EXPORT_TASKS, exportTasks),
  service(token.GET_NOTIFICATION, getNotification),
  service(token.GET_NOTIFICATION_BODY, getNotificationBody),
  service(token.LIST_NOTIFICATIONS, listNotifications),
  service(token.GET_PIPELINE, getPipeline),
  service(token.LIST_ERRORS, listErrors),
  service(token.LIST_USAGE, listUsage),
  service(token.GET_CHANGES, getChanges),
  service(token.GET_STREAM, getStream),
  {
    provide: token.ACCESS_CHECK,
    useFactory: ({ config, keys }: QueryProgram) => makeAccessCheck(accessOf(config, keys)),
    inject: [token.PROGRAM],
  },
  {
    provide: token.CONTRACT,
    useFactory: ({ API_KEYS = [], API_KEYS_REQUIRED = false }: QueryConfig) =>
      makeContract([...CONTROLLERS, ProbesController], { isKeyRequired: API_KEYS.length > 0 || API_KEYS_REQUIRED }),
    inject: [token.CONFIG],
  },
];

const HEALTH_AND_METRICS: readonly Provider[] = [
  {
    provide: token.READINESS,
    useFactory: (health: Health, { db, projections }: QueryContext) => {
      const checks = [
        health.check('query', () => readiness(db)),
        ...projections.map((one) =>
          health.check(`query-${one.name}`, () => projectionReadiness(db, one), { isAdvisory: true }),
        ),
      ];
      return () => checks.forEach((remove) => remove());
    },
    inject: [token.HEALTH, token.QUERY_CONTEXT],
  },
  {
    provide: token.GAUGES,
    useFactory: addQueryMetrics,
    inject: [token.METRICS, token.READ_MODEL, WaitingRoom, token.LISTS, token.FOLDS, token.FEEDS],
  },
];

/** How the module gets its `QueryProgram`. */
export type QueryModuleOptions = Pick<ModuleMetadata, 'imports'> &
  Pick<FactoryProvider<QueryProgram>, 'useFactory' | 'inject'>;

/** The query app: the API over the read model, and its contract. */
@Module({
  controllers: [...CONTROLLERS, PageController],
  providers: [...PROGRAM_PARTS, ...RESOURCES, ...SERVICES, ...HEALTH_AND_METRICS],
})
export class QueryModule implements OnModuleDestroy, OnApplicationShutdown {
  static forRootAsync({ imports = [], useFactory, inject = [] }: QueryModuleOptions): DynamicModule {
    return { module: QueryModule, imports, providers: [{ provide: token.PROGRAM, useFactory, inject }] };
  }

  constructor(
    @Inject(WaitingRoom) private readonly waiting: WaitingRoom,
    @Inject(token.COMMIT_LISTENER) private readonly listener: CommitListener | null,
    @Inject(token.FEEDS) private readonly feeds: OpenFeeds,
    @Inject(token.POOL) private readonly pool: Pool,
    @Inject(token.PROGRAM) private readonly program: QueryProgram,
    @Inject(token.READINESS) private readonly removeCheck: () => void,
  ) {}

  /** First: waiting requests end, so that the listener, which closes next, can answer them. */
  onModuleDestroy(): void {
    this.waiting.close();
    this.feeds.clients.close();
    this.feeds.tail.close();
  }

  /** Last, when no request is in flight. */
  async onApplicationShutdown(): Promise<void> {
    this.removeCheck();
    await this.listener?.close();
    await Promise.all([this.pool.end(), this.program.keys?.close()]);
  }
}

/** An operation with its context bound. */
function service(provide: symbol, work: (context: QueryContext, ...given: never[]) => unknown): FactoryProvider {
  return { provide, useFactory: (context: QueryContext) => work.bind(null, context), inject: [token.QUERY_CONTEXT] };
}
