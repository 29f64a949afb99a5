import type { Pool } from 'pg';
import type { Batch, LogIdentity, Logger } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import { probeWrites } from '@mps-ledger/read-model';
import type { TransactionOptions } from '@mps-ledger/read-model';
import { applySlice, PARK_NOTHING } from './batch';
import type { BatchResult, Project, ProjectContext } from './batch';
import { bisect } from './bisect';
import type { Slice } from './checkpoint';
import { mended } from './coordination';
import type { Coordination, PartitionWork } from './coordination';
import { HOLD_NOTHING } from './events/whole-notifications';
import type { HoldLimits } from './events/whole-notifications';
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
  /** How much of a partition may be held at most. Default 1,000 records and 2 MiB. */
  readonly hold?: HoldLimits;
  /** Bounds of each transaction's waits. Default: `inTransaction`'s. */
  readonly transaction?: TransactionOptions;
}

/**
 * Projects batches. A batch that fails stays where it is, and is tried again by whoever delivers it. One that the database
 * refuses again and again, while it takes other rows, is taken apart and its culprits are parked.
 *
 * A transaction ends where a notification does. What follows in the batch is held in memory until the next one comes, as
 * fetching it again would cost more than all else; whoever begins at the checkpoint is given it again.
 */
export function makeConsume(options: ConsumeOptions): Consume {
  const { coordination, pool, readOn, refusalsBeforeBisecting = 3, hold = HOLD } = options;
  return async (batch) => {
    const work = coordination.work(batch.topic, batch.partition);
    const { held } = work;
    const behindHeld = (slice: Slice): Slice => (held?.to === batch.from ? joined(held, slice) : slice);
    const apply = (slice: Slice, part: Pick<ProjectContext, 'park' | 'hold'>): Promise<number> =>
      applyAndTell(slice, part, batch, work, options);
    const applyWhole = (slice: Slice): Promise<number> => apply(behindHeld(slice), { park: PARK_NOTHING, hold });
    try {
      // What has failed is tried again as it came.
      return await (work.problem === null ? readOn(batch, applyWhole) : applyWhole(batch));
    } catch (error) {
      work.refusals = faultOf(error) === 'refused' ? work.refusals + 1 : 0;
      if (work.refusals < refusalsBeforeBisecting) throw error;
      const at = { topic: batch.topic, partition: batch.partition };
      const probe = (): Promise<void> => probeWrites(pool, at);
      await probe();
      options.logger.warn(
        { ...at, from: batch.from, to: batch.to, err: error },
        'a batch is refused: looking for the culprit',
      );
      return await bisect(behindHeld(batch), {
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

async function applyAndTell(
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
    completeAsOf: (reached) => freshness.completeAsOf(slice.topic, slice.partition, reached),
  });
  failpoint('projector.after-transaction');
  work.refusals = 0;
  mended(work);
  work.held = 'held' in result ? result.held : null;
  work.seenTo = result.goTo;
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
    case 'held':
      logger.debug(fields, `a batch was left: ${result.kind}`);
      return;
  }
  return result satisfies never;
}
