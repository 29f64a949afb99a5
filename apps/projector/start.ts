import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { Pool } from 'pg';
import { describeProblems, LogSource, makeConsume, makeCoordination, makeExtendBatch } from '@mps-ledger/consuming';
import type { Coordination } from '@mps-ledger/consuming';
import type { DatabaseRefusal } from '@mps-ledger/database';
import { checkLog, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { failpoint, nestLogger } from '@mps-ledger/platform';
import type { Health, Logger, Metrics } from '@mps-ledger/platform';
import { describeUnderived, projectionSchema, readModelIn, readUnderivedAlarms } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { waitForLog } from './adopt-log';
import { makeAnnouncer } from './announcer';
import { makeCheckpointStore } from './checkpoint-store';
import { eventsProjection } from './events/project-events';
import { makeFreshnessTracker } from './freshness';
import { EXPIRING, groupsOf } from './groups';
import { makeProjections } from './projections';
import { addProjectorGauges, makeProjectorMetrics } from './projector-metrics';
import { ProjectorModule } from './projector.module';
import { makeRawWatch } from './raw-watch';

export interface StartProjectorOptions {
  /** The caller closes it. */
  readonly log: EventLog;
  /** To write through (`makeProjectorPool`). The caller ends it. */
  readonly pool: Pool;
  /** Schema of the read model. Default: this build's. */
  readonly schema?: string;
  readonly logger: Logger;
  /** Checks the database before waiting for the log. Default: no check. */
  readonly examine?: () => Promise<DatabaseRefusal | null>;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Records per batch at most. Default 500. */
  readonly batchRecords?: number;
}

export interface RunningProjector {
  /** Finishes the batches in flight and gives up the partitions. */
  close(): Promise<void>;
}

/**
 * Starts projecting and returns at once: database and log may become available later. Until then, and while any partition is blocked
 * or raw records are underived, the health check `projection` fails and says why.
 */
export function startProjector(given: StartProjectorOptions): Promise<RunningProjector> {
  const options = { ...given, model: readModelIn(given.schema ?? projectionSchema, given.pool) };
  const { health, logger, metrics, model } = options;
  const coordination = coordinate(options);
  let waitingFor: string | null = 'starting';
  const unregister = health.check(
    'projection',
    async () => waitingFor ?? describeProblems(coordination.problems()) ?? (await underivedProblem(model)),
  );
  // Until the log is found, `projection` reports what is missing.
  const unregisterLog = health.check('log', () => (waitingFor === null ? checkLog(options.log.guard) : null));
  addProjectorGauges(metrics, { ...options, coordination });
  const stop = new AbortController();
  const started = waitForLog({ ...options, onWaiting: (missing) => (waitingFor = missing), signal: stop.signal }).then(
    async (identity) => (identity === null ? null : follow(identity, coordination, options)),
  );
  started.catch((error: unknown) => {
    waitingFor = String(error);
    logger.error({ err: error }, 'the projector could not start');
  });
  return Promise.resolve({
    async close() {
      stop.abort();
      await (await started.catch(() => null))?.close();
      unregister();
      unregisterLog();
    },
  });
}

type OpenedOptions = StartProjectorOptions & { readonly model: ReadModel<Pool> };

function coordinate({ model, log, logger }: OpenedOptions): Coordination {
  const coordination = makeCoordination({ store: makeCheckpointStore(model), log, logger, expiring: EXPIRING });
  return {
    ...coordination,
    onOwnership(...change) {
      failpoint('projector.rebalance');
      coordination.onOwnership(...change);
    },
  };
}

/** Starts everything that needs a known log. */
async function follow(
  identity: LogIdentity,
  coordination: Coordination,
  { log, pool, model, logger, metrics, batchRecords }: OpenedOptions,
): Promise<RunningProjector> {
  const announcer = makeAnnouncer(pool, logger);
  const deliveredTo = (partition: number): number => coordination.work(TOPICS.events, partition).deliveredTo;
  const watch = makeRawWatch({ model, log, logger, deliveredTo });
  const freshness = makeFreshnessTracker({ model, log, owned: (topic) => coordination.owned(topic), watch, logger });
  const projectorMetrics = makeProjectorMetrics(metrics);
  const effects = { schema: model.schema, freshness, metrics: projectorMetrics, onCommit: () => announcer.committed() };
  const consume = makeConsume({
    pool,
    log: identity,
    store: makeCheckpointStore(model),
    projections: makeProjections(eventsProjection(identity.partitions), effects),
    coordination,
    extendBatch: makeExtendBatch({ log, logger }),
    metrics: projectorMetrics,
    logger,
  });
  const source = new LogSource({
    log,
    groups: groupsOf(model.schema),
    coordination,
    ...(batchRecords !== undefined && { batchRecords }),
  });
  const settings = { strategy: source, logger: nestLogger(logger), abortOnError: false };
  const nest = await NestFactory.createMicroservice(ProjectorModule.forRoot(consume), settings);
  await nest.listen();
  return {
    async close() {
      await nest.close();
      await freshness.close();
      await announcer.close();
    },
  };
}

/** Asks the database, which an idle projector does not do otherwise: rejects where the database is unavailable. */
async function underivedProblem(model: ReadModel): Promise<string | null> {
  return describeUnderived(await readUnderivedAlarms(model));
}
