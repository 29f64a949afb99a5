import type { ClientBase } from 'pg';
import type { Project, TopicPartition } from '@mps-ledger/consuming';
import { readModelIn } from '@mps-ledger/read-model';
import type { CheckpointMove, CheckpointState, RawProgress, ReadModel } from '@mps-ledger/read-model';
import { rawProgressAfter } from './raw-progress';
import type { ProjectedRows, ToRows } from './to-rows';

/** How far a partition is after a batch. */
export interface ProgressAfterBatch {
  /** The next offset to apply. */
  readonly position: number;
  /** Every raw offset below is accounted for. */
  readonly rawNext: RawProgress['rawNext'];
}

/** How the rows of a batch are written. */
export interface RowsWriter {
  /** Of a partition with this progress: up to when it is complete, and how far the event log reaches, as far as that is known. */
  freshness(at: TopicPartition, progress: ProgressAfterBatch): Pick<CheckpointMove, 'completeAsOf' | 'eventEnd'>;
  /** Writes the rows and moves the checkpoint, in the transaction that has locked it. */
  write(
    model: ReadModel<ClientBase>,
    at: TopicPartition,
    projected: ProjectedRows,
    move: CheckpointMove,
  ): Promise<void>;
  /** Called after the commit. */
  committed(at: TopicPartition, projected: ProjectedRows, move: CheckpointMove): void;
}

/** Applies records as the rows that `toRows` makes of them, with the progress on the raw log. */
export function projectWith(toRows: ToRows, schema: string, writer: RowsWriter): Project<CheckpointState> {
  return async (client, at, records, context) => {
    const model = readModelIn(schema, client);
    const projected = await toRows(model, at, records, context);
    return {
      heldFrom: projected.heldFrom,
      async write({ position, last }) {
        const { checkpoint } = context;
        const progress = await rawProgressAfter(model, at.partition, checkpoint, projected.endedRawOffsets);
        const freshness = writer.freshness(at, { position, rawNext: progress.rawNext });
        const identity = { lastOffset: last?.offset ?? null, lastDigest: last?.digest ?? null };
        const move = { position, ...identity, ...progress, ...freshness };
        await writer.write(model, at, projected, move);
        return { parked: projected.rows.parked, onCommit: () => writer.committed(at, projected, move) };
      },
    };
  };
}
