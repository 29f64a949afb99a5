import type { Pool } from 'pg';
import type { Batch, LogIdentity, Logger } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import { probeWrites } from '@mps-ledger/read-model';
import type { TransactionOptions } from '@mps-ledger/read-model';
import { applySlice, PARK_NOTHING } from './batch';
import type { BatchResult, Project, ToPark } from './batch';
import { bisect } from './bisect';
import type { Slice } from './checkpoint';
import { mended } from './coordination';
import type { Coordination, PartitionWork } from './coordination';
import { faultOf } from './faults';
import type { Freshness } from './freshness';
import type { ProjectorMetrics } from './projector-metrics';
import type { ReadOn } from './read-on';

/** Does the work of a batch; answers the position to go on from. */
export type Consume = (batch: Batch) => Promise<number>;

export interface ConsumeOptions {
  readonly pool: Pool;
  readonly log: LogIdentity;
  /** By topic: what makes rows of its records. */
  readonly projections: ReadonlyMap<string, Project>;
  readonly coordination: Pick<Coordination, 'work'>;
  readonly freshness: Pick<Freshness, 'completeAsOf' | 'reached'>;
  readonly readOn: ReadOn;
  /** Told of each commit of rows. */
  readonly onCommit: () => void;
  readonly metrics: ProjectorMetrics;
  readonly logger: Logger;
  /** How often in a row a batch is refused before its culprit is looked for. Default 3. */
  readonly refusalsBeforeBisecting?: number;
  /** Bounds of each transaction's waits. Default: `inTransaction`'s. */
  readonly transaction?: TransactionOptions;
}

/**
 * Projects batches. A batch that fails stays where it is, and is tried again by whoever delivers it. One that the database
 * refuses again and again, while it takes other rows, is taken apart and its culprits are parked.
 */
export function makeConsume(options: ConsumeOptions): Consume {
  const { coordination, pool, log, readOn, refusalsBeforeBisecting = 3 } = options;
  return async (batch) => {
    const work = coordination.work(batch.topic, batch.partition);
    const apply = (slice: Slice, park: ToPark): Promise<number> => applyAndTell(slice, park, batch, work, options);
    try {
      // What has failed is tried again as it came.
      if (work.problem !== null) return await apply(batch, PARK_NOTHING);
      return await readOn(batch, (slice) => apply(slice, PARK_NOTHING));
    } catch (error) {
      work.refusals = faultOf(error) === 'refused' ? work.refusals + 1 : 0;
      if (work.refusals < refusalsBeforeBisecting) throw error;
      const at = { topic: batch.topic, partition: batch.partition, generation: log.generation };
      const probe = (): Promise<void> => probeWrites(pool, at);
      await probe();
      options.logger.warn(
        { ...at, from: batch.from, to: batch.to, err: error },
        'a batch is refused: looking for the culprit',
      );
      return await bisect(batch, { apply, probe, heartbeat: () => batch.heartbeat() });
    }
  };
}

async function applyAndTell(
  slice: Slice,
  park: ToPark,
  batch: Batch,
  work: PartitionWork,
  options: ConsumeOptions,
): Promise<number> {
  const { pool, log, projections, freshness } = options;
  const project = projections.get(slice.topic);
  if (project === undefined) throw new Error(`nothing is projected from the topic ${slice.topic}`);
  const result = await applySlice(slice, {
    pool,
    log,
    project,
    park,
    verified: work.verified,
    signal: batch.signal,
    onVerified: () => (work.verified = true),
    ...(options.transaction !== undefined && { transaction: options.transaction }),
    completeAsOf: (reached) => freshness.completeAsOf(slice.topic, slice.partition, reached),
  });
  failpoint('projector.after-transaction');
  work.refusals = 0;
  mended(work);
  if (result.kind === 'applied-now' && result.completeAsOf !== null)
    freshness.reached(slice.topic, slice.partition, result.completeAsOf);
  tell(slice, result, options);
  return result.goTo;
}

function tell(slice: Slice, result: BatchResult, { metrics, logger, onCommit }: ConsumeOptions): void {
  const fields = { topic: slice.topic, partition: slice.partition, from: slice.from, to: slice.to, goTo: result.goTo };
  switch (result.kind) {
    case 'applied-now': {
      const { history, parked } = result.projected.rows;
      metrics.applied(history.length, result.projected.received);
      for (const { offset, reason } of parked) {
        metrics.parked(slice.topic);
        logger.error({ ...fields, offset, reason }, 'parked a record that could not be applied');
      }
      onCommit();
      return;
    }
    case 'ahead':
      metrics.ahead(slice.topic);
      logger.error(fields, 'a batch begins after the checkpoint: nothing applied, going back to the checkpoint');
      return;
    case 'applied':
    case 'unverified':
    case 'given-up':
      logger.debug(fields, `a batch was left: ${result.kind}`);
      return;
  }
  return result satisfies never;
}
