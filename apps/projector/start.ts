import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import type { Pool } from 'pg';
import { describeProblems, LogSource, makeCoordination } from '@mps-ledger/consuming';
import type { Coordination } from '@mps-ledger/consuming';
import type { DatabaseRefusal } from '@mps-ledger/database';
import { checkLog, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { failpoint, nestLogger } from '@mps-ledger/platform';
import type { Health, Logger, Metrics } from '@mps-ledger/platform';
import { describeUnderived, projectionSchema, readModelIn, readUnderivedAlarms } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { EXPIRING, makeCheckpointStore } from '@mps-ledger/task-projection';
import { waitForLog } from './adopt-log';
import { addProjectorGauges } from './projector-metrics';
import { startOptional, type OptionalProjectionsOptions } from './optional/optional-projections';
import { ProjectorModule } from './projector.module';

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
  /** Optional projections to keep. Default: none. */
  readonly optional?: OptionalProjectionsOptions;
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

/** Starts the microservice over a log that was found. */
async function follow(
  identity: LogIdentity,
  coordination: Coordination,
  options: OpenedOptions,
): Promise<RunningProjector> {
  const module = ProjectorModule.forRoot({ ...options, identity, coordination });
  const nest = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(module, {
    useFactory: (strategy: LogSource) => ({ strategy }),
    inject: [LogSource],
    logger: nestLogger(options.logger),
    abortOnError: false,
  });
  await nest.listen();
  const optional = options.optional === undefined ? null : startOptional(options.optional, { ...options, identity });
  return {
    async close() {
      await optional?.close();
      await nest.close();
    },
  };
}

/** Asks the database, which an idle projector does not do otherwise: rejects where the database is unavailable. */
async function underivedProblem(model: ReadModel): Promise<string | null> {
  return describeUnderived(await readUnderivedAlarms(model));
}
