import type { Pool } from 'pg';
import type { Batch, LogIdentity, Logger } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import { probeWrites } from '@mps-ledger/read-model';
import type { TransactionOptions } from '@mps-ledger/read-model';
import { applySlice, PARK_NOTHING } from './batch';
import type { BatchResult, Project, ProjectContext } from './batch';
import { bisect } from './bisect';
import type { Slice } from './checkpoint';
import { markRecovered } from './coordination';
import type { Coordination, PartitionWork } from './coordination';
import { HOLD_NOTHING } from './events/whole-notifications';
import type { HoldLimits } from './events/whole-notifications';
import { classifyFailure } from './faults';
import type { Freshness } from './freshness';
import type { ProjectorMetrics } from './projector-metrics';
import type { ExtendBatch } from './extend-batch';

/** Applies a batch; answers the position to continue from. */
export type Consume = (batch: Batch) => Promise<number>;

export interface ConsumeOptions {
  readonly pool: Pool;
  readonly log: LogIdentity;
  /** By topic: what turns its records into rows. */
  readonly projections: ReadonlyMap<string, Project>;
  readonly coordination: Pick<Coordination, 'work'>;
  readonly freshness: Pick<Freshness, 'completeAsOf' | 'committed'>;
  readonly extendBatch: ExtendBatch;
  /** Called after each commit of rows. */
  readonly onCommit: () => void;
  readonly metrics: ProjectorMetrics;
  readonly logger: Logger;
  /** How often in a row a batch is rejected before it is bisected. Default 3. */
  readonly rejectionsBeforeBisecting?: number;
  /** How much of a partition is held at most. Default 1,000 records and 2 MiB. */
  readonly hold?: HoldLimits;
  /** Timeouts of each transaction. Default: those of `inTransaction`. */
  readonly transaction?: TransactionOptions;
}

/**
 * Applies batches. A batch that fails is delivered again by the log. A batch that the database keeps rejecting, while it accepts other
 * rows, is bisected, and the records that are rejected alone are parked.
 *
 * A transaction ends where a notification ends. Records after that are held in memory until the next batch, as fetching them again
 * would cost more than everything else; a process that takes over begins at the checkpoint and gets them from the log.
 */
export function makeConsume(options: ConsumeOptions): Consume {
  const { coordination, pool, extendBatch, rejectionsBeforeBisecting = 3, hold = HOLD } = options;
  return async (batch) => {
    const work = coordination.work(batch.topic, batch.partition);
    const { held } = work;
    const withHeld = (slice: Slice): Slice => (held?.to === batch.from ? joined(held, slice) : slice);
    const apply = (slice: Slice, part: Pick<ProjectContext, 'park' | 'hold'>): Promise<number> =>
      applyAndReport(slice, part, batch, work, options);
    const applyWhole = (slice: Slice): Promise<number> => apply(withHeld(slice), { park: PARK_NOTHING, hold });
    try {
      // A batch that failed is retried as it was delivered.
      return await (work.problem === null ? extendBatch(batch, applyWhole) : applyWhole(batch));
    } catch (error) {
      work.rejections = classifyFailure(error) === 'rejected' ? work.rejections + 1 : 0;
      if (work.rejections < rejectionsBeforeBisecting) throw error;
      const at = { topic: batch.topic, partition: batch.partition };
      const probe = (): Promise<void> => probeWrites(pool, at);
      await probe();
      options.logger.warn({ ...at, from: batch.from, to: batch.to, err: error }, 'batch rejected; bisecting');
      return await bisect(withHeld(batch), {
        apply: (slice, park) => apply(slice, { park, hold: HOLD_NOTHING }),
        probe,
        heartbeat: () => batch.heartbeat(),
      });
    }
  };
}

const HOLD: HoldLimits = { records: 1_000, bytes: 2 * 1024 * 1024 };

function joined(held: Slice, next: Slice): Slice {
  return { ...next, from: held.from, records: [...held.records, ...next.records] };
}

async function applyAndReport(
  slice: Slice,
  part: Pick<ProjectContext, 'park' | 'hold'>,
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
    ...part,
    verified: work.verified,
    signal: batch.signal,
    onVerified: () => (work.verified = true),
    ...(options.transaction !== undefined && { transaction: options.transaction }),
    completeAsOf: (progress) => freshness.completeAsOf(slice.topic, slice.partition, progress),
  });
  failpoint('projector.after-transaction');
  work.rejections = 0;
  markRecovered(work);
  work.held = 'held' in result ? result.held : null;
  work.deliveredTo = result.resumeAt;
  if (result.kind === 'applied' && result.completeAsOf !== null)
    freshness.committed(slice.topic, slice.partition, result.completeAsOf);
  report(slice, result, options);
  return result.resumeAt;
}

function report(slice: Slice, result: BatchResult, { metrics, logger, onCommit }: ConsumeOptions): void {
  const fields = {
    topic: slice.topic,
    partition: slice.partition,
    from: slice.from,
    to: slice.to,
    resumeAt: result.resumeAt,
  };
  switch (result.kind) {
    case 'applied': {
      const { history, parked } = result.projected.rows;
      metrics.applied(history.length, result.projected.received);
      for (const { offset, reason } of parked) {
        metrics.parked(slice.topic);
        logger.error({ ...fields, offset, reason }, 'record parked: it could not be applied');
      }
      onCommit();
      return;
    }
    case 'ahead':
      metrics.ahead(slice.topic);
      logger.error(fields, 'batch begins after the checkpoint; nothing applied, seeking back');
      return;
    case 'already-applied':
    case 'unverified':
    case 'ownership-lost':
    case 'held':
      logger.debug(fields, `batch not applied: ${result.kind}`);
      return;
  }
  return result satisfies never;
}
