import type { Pool } from 'pg';
import type { TransactionOptions } from '@mps-ledger/database';
import type { Batch, LogIdentity, Logger } from '@mps-ledger/event-log';
import { applySlice } from './batch';
import type { BatchResult } from './batch';
import { bisect } from './bisect';
import type { Slice } from './checkpoint';
import { markRecovered } from './coordination';
import type { Coordination, PartitionWork } from './coordination';
import type { ExtendBatch } from './extend-batch';
import { classifyFailure } from './failures';
import { HOLD_NOTHING, PARK_NOTHING } from './projection';
import type { ConsumerCheckpoint, CheckpointStore, HoldLimits, Project, ProjectContext } from './projection';

/** Applies a batch; answers the position to continue from. */
export type Consume = (batch: Batch) => Promise<number>;

/** What the loop counts. */
export interface ConsumeMetrics {
  /** A record was parked. */
  parked(topic: string): void;
  /** A batch began after the checkpoint. */
  ahead(topic: string): void;
}

export interface ConsumeOptions<State extends ConsumerCheckpoint = ConsumerCheckpoint> {
  /** Of the database with rows and checkpoints. */
  readonly pool: Pool;
  readonly log: LogIdentity;
  readonly store: CheckpointStore<State>;
  /** By topic: what applies its records. */
  readonly projections: ReadonlyMap<string, Project<State>>;
  readonly coordination: Pick<Coordination, 'work'>;
  readonly extendBatch: ExtendBatch;
  readonly metrics: ConsumeMetrics;
  readonly logger: Logger;
  /** How often in a row a batch is rejected before it is bisected. Default 3. */
  readonly rejectionsBeforeBisecting?: number;
  /** How much of a partition is held at most. Default 1,000 records and 2 MiB. */
  readonly hold?: HoldLimits;
  /** Timeouts of each transaction. Default: those of `inTransaction`. */
  readonly transaction?: TransactionOptions;
}

type Part<State extends ConsumerCheckpoint> = Pick<ProjectContext<State>, 'park' | 'hold'>;

/**
 * Applies batches. A batch that fails is delivered again by the log. A batch that the database keeps rejecting, while it accepts other
 * rows, is bisected, and the records that are rejected alone are parked.
 *
 * A projection may hold the end of a batch. Held records are kept in memory until the next batch, as fetching them again would cost
 * more than everything else; a process that takes over begins at the checkpoint and gets them from the log.
 */
export function makeConsume<State extends ConsumerCheckpoint>(options: ConsumeOptions<State>): Consume {
  const { coordination, store, extendBatch, rejectionsBeforeBisecting = 3, hold = HOLD } = options;
  return async (batch) => {
    const work = coordination.work(batch.topic, batch.partition);
    const { held } = work;
    const withHeld = (slice: Slice): Slice => (held?.to === batch.from ? joined(held, slice) : slice);
    const apply = (slice: Slice, part: Part<State>): Promise<number> =>
      applyAndReport(slice, part, batch, work, options);
    const applyWhole = (slice: Slice): Promise<number> => apply(withHeld(slice), { park: PARK_NOTHING, hold });
    try {
      // A batch that failed is retried as it was delivered.
      return await (work.problem === null ? extendBatch(batch, applyWhole) : applyWhole(batch));
    } catch (error) {
      const isRejected = classifyFailure(error, store.appendOnlyKeys) === 'rejected';
      work.rejections = isRejected ? work.rejections + 1 : 0;
      if (work.rejections < rejectionsBeforeBisecting) throw error;
      const at = { topic: batch.topic, partition: batch.partition };
      await store.probe(at);
      options.logger.warn({ ...at, from: batch.from, to: batch.to, err: error }, 'batch rejected; bisecting');
      return await bisect(withHeld(batch), {
        apply: (slice, park) => apply(slice, { park, hold: HOLD_NOTHING }),
        probe: () => store.probe(at),
        heartbeat: () => batch.heartbeat(),
        ...(store.appendOnlyKeys !== undefined && { appendOnlyKeys: store.appendOnlyKeys }),
      });
    }
  };
}

const HOLD: HoldLimits = { records: 1_000, bytes: 2 * 1024 * 1024 };

function joined(held: Slice, next: Slice): Slice {
  return { ...next, from: held.from, records: [...held.records, ...next.records] };
}

async function applyAndReport<State extends ConsumerCheckpoint>(
  slice: Slice,
  part: Part<State>,
  batch: Batch,
  work: PartitionWork,
  options: ConsumeOptions<State>,
): Promise<number> {
  const { pool, log, store, projections, transaction } = options;
  const project = projections.get(slice.topic);
  if (project === undefined) throw new Error(`nothing is projected from the topic ${slice.topic}`);
  const result = await applySlice(slice, {
    ...{ pool, log, store, project, ...part },
    verified: work.verified,
    signal: batch.signal,
    onVerified: () => (work.verified = true),
    ...(transaction !== undefined && { transaction }),
  });
  if (result.kind === 'applied') result.written.onCommit();
  work.rejections = 0;
  markRecovered(work);
  work.held = 'held' in result ? result.held : null;
  work.deliveredTo = result.resumeAt;
  report(slice, result, options);
  return result.resumeAt;
}

function report(
  slice: Slice,
  result: BatchResult,
  { metrics, logger }: Pick<ConsumeOptions, 'metrics' | 'logger'>,
): void {
  const { topic, partition, from, to } = slice;
  const fields = { topic, partition, from, to, resumeAt: result.resumeAt };
  switch (result.kind) {
    case 'applied':
      for (const { offset, reason } of result.written.parked) {
        metrics.parked(topic);
        logger.error({ ...fields, offset, reason }, 'record parked: it could not be applied');
      }
      return;
    case 'ahead':
      metrics.ahead(topic);
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
