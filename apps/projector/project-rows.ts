import type { TopicPartition, Project, ProjectContext } from '@mps-ledger/consuming';
import type { LogRecord } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import { readModelIn, writeBatch } from '@mps-ledger/read-model';
import type { BatchRows, CheckpointState, ReadModel } from '@mps-ledger/read-model';
import type { FreshnessTracker } from './freshness';
import type { ProjectorMetrics } from './projector-metrics';
import { rawProgressAfter } from './raw-progress';

/** The rows that records result in. */
export interface ProjectedRows {
  readonly rows: BatchRows;
  /** Raw offsets whose `notification.received` is among the records, in log order. */
  readonly endedRawOffsets: readonly number[];
  /** Records from this offset on are held until the next batch; null: none. */
  readonly heldFrom: number | null;
  /** When each notification was received, to measure the time until its rows are visible. */
  readonly received: readonly string[];
}

/** Turns records into rows, reading what it needs in the transaction that writes them. */
export type ToRows = (
  model: ReadModel,
  at: TopicPartition,
  records: readonly LogRecord[],
  context: ProjectContext<CheckpointState>,
) => Promise<ProjectedRows>;

export interface ProjectRowsOptions {
  /** Schema of the read model. */
  readonly schema: string;
  readonly freshness: Pick<FreshnessTracker, 'completeAsOf' | 'eventEnd' | 'committed'>;
  readonly metrics: Pick<ProjectorMetrics, 'applied'>;
  /** Called after each commit of rows. */
  readonly onCommit: () => void;
}

/** Writes the rows of records, the progress on the raw log, the time as of which the partition is complete and the end of the event log, in one statement. */
export function projectRows(toRows: ToRows, options: ProjectRowsOptions): Project<CheckpointState> {
  const { schema, freshness, metrics, onCommit } = options;
  return async (client, at, records, context) => {
    const model = readModelIn(schema, client);
    const { rows, endedRawOffsets, heldFrom, received } = await toRows(model, at, records, context);
    const { topic, partition } = at;
    return {
      heldFrom,
      async write({ position, last }) {
        const progress = await rawProgressAfter(model, partition, context.checkpoint, endedRawOffsets);
        const completeAsOf = freshness.completeAsOf(topic, partition, { position, rawNext: progress.rawNext });
        const identity = { lastOffset: last?.offset ?? null, lastDigest: last?.digest ?? null };
        const eventEnd = freshness.eventEnd(topic, partition);
        await writeBatch(model, at, rows, { position, ...identity, ...progress, completeAsOf, eventEnd });
        failpoint('projector.in-batch');
        return {
          parked: rows.parked,
          onCommit() {
            failpoint('projector.after-transaction');
            if (completeAsOf !== null) freshness.committed(topic, partition, completeAsOf);
            metrics.applied(rows.history.length, received);
            onCommit();
          },
        };
      },
    };
  };
}
