import type { Pool } from 'pg';
import { describeProblems, LogSource, makeConsume, makeCoordination } from '@mps-ledger/consuming';
import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import type { Health, Logger, Metrics } from '@mps-ledger/platform';
import { makeCheckpoints, projectInto, schemaOf, type OptionalProjection } from '@mps-ledger/projections';
import { projectGroup } from '@mps-ledger/records';
import { makeConsumeMetrics } from '../projector-metrics';

export interface FollowProjectionOptions {
  readonly log: EventLog;
  readonly identity: LogIdentity;
  /** Of its own, so that the read model never waits for it. The caller ends it. */
  readonly pool: Pool;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}

/** Records per batch at most. */
const BATCH_RECORDS = 200;

/**
 * Follows a topic for an optional projection, in a group of its own. Its health check is advisory: while it is blocked, the read model
 * goes on. A commit does not wait for the disk: what a crash undoes is read again, checkpoint and all.
 */
export function followProjection(
  projection: OptionalProjection,
  options: FollowProjectionOptions,
): { close(): Promise<void> } {
  const { log, identity, pool, logger, metrics, health } = options;
  const { name, topic } = projection;
  const schema = schemaOf(projection, identity);
  const store = makeCheckpoints(pool, schema, projection);
  const coordination = makeCoordination({ store, log, logger });
  const consume = makeConsume({
    ...{ pool, log: identity, store, coordination, logger },
    projections: new Map([[topic, projectInto(schema, projection)]]),
    extendBatch: (batch, work) => work(batch),
    metrics: makeConsumeMetrics(metrics, name, [topic]),
    transaction: { durable: false },
  });
  const source = new LogSource({
    ...{ log, coordination, batchRecords: BATCH_RECORDS },
    groups: new Map([[topic, projectGroup(schema)]]),
  });
  source.addHandler(topic, consume);
  source.listen(() => undefined);
  const unregister = health.check(`projection ${name}`, () => describeProblems(coordination.problems()), {
    isAdvisory: true,
  });
  return {
    async close() {
      unregister();
      await source.close();
    },
  };
}
