import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { Pool } from 'pg';
import type { Refusal } from '@mps-ledger/database';
import { checkLog, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { nestLogger } from '@mps-ledger/platform';
import type { Health, Logger, Metrics } from '@mps-ledger/platform';
import { describeUnderived, readUnderivedAlarms } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { waitForLog } from './adopt-log';
import { makeAnnouncer } from './announcer';
import { makeConsume } from './consume';
import { makeCoordination } from './coordination';
import type { Coordination, PartitionWork } from './coordination';
import { eventsProjection } from './events/project-events';
import { makeFreshness } from './freshness';
import { FOLLOWED } from './groups';
import { addProjectorGauges, makeProjectorMetrics } from './projector-metrics';
import { ProjectorModule } from './projector.module';
import { makeRawWatch } from './raw-watch';
import { makeExtendBatch } from './extend-batch';
import { projectRejected } from './rejected/project-rejected';
import { LogSource } from './source';

export interface StartProjectorOptions {
  /** The caller closes it. */
  readonly log: EventLog;
  /** To write through (`makeProjectorPool`). The caller ends it. */
  readonly pool: Pool;
  readonly logger: Logger;
  /** Checks the database before waiting for the log. Default: no check. */
  readonly examine?: () => Promise<Refusal | null>;
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
export function startProjector(options: StartProjectorOptions): Promise<RunningProjector> {
  const { health, logger, metrics } = options;
  const coordination = makeCoordination(options);
  let waitingFor: string | null = 'starting';
  const unregister = health.check(
    'projection',
    async () => waitingFor ?? problemsOf(coordination) ?? (await underivedProblem(options.pool)),
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

/** Starts everything that needs a known log. */
async function follow(
  identity: LogIdentity,
  coordination: Coordination,
  { log, pool, logger, metrics, batchRecords }: StartProjectorOptions,
): Promise<RunningProjector> {
  const announcer = makeAnnouncer(pool, logger);
  const deliveredTo = (partition: number): number => coordination.work(TOPICS.events, partition).deliveredTo;
  const watch = makeRawWatch({ pool, log, logger, deliveredTo });
  const freshness = makeFreshness({ pool, log, owned: (topic) => coordination.owned(topic), watch, logger });
  const consume = makeConsume({
    pool,
    log: identity,
    projections: new Map([
      [TOPICS.events, eventsProjection(identity.partitions)],
      [TOPICS.rejected, projectRejected],
    ]),
    coordination,
    freshness,
    extendBatch: makeExtendBatch({ log, logger }),
    onCommit: () => announcer.committed(),
    metrics: makeProjectorMetrics(metrics),
    logger,
  });
  const source = new LogSource({
    log,
    groups: FOLLOWED,
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
async function underivedProblem(pool: Pool): Promise<string | null> {
  return describeUnderived(await readUnderivedAlarms(pool));
}

const MAX_REPORTED = 3;

function problemsOf(coordination: Coordination): string | null {
  const problems = coordination.problems();
  if (problems.length === 0) return null;
  const reported = problems.slice(0, MAX_REPORTED).map(describeProblem).join('; ');
  return problems.length > MAX_REPORTED ? `${reported}; and ${problems.length - MAX_REPORTED} more` : reported;
}

function describeProblem({ topic, partition, problem, problemCode }: PartitionWork): string {
  const code = problemCode === null ? '' : `${problemCode}: `;
  return `${topic}/${partition} is blocked: ${code}${problem ?? ''}`;
}
