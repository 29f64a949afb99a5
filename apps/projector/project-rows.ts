import type { Project } from '@mps-ledger/consuming';
import { failpoint } from '@mps-ledger/platform';
import { writeBatch } from '@mps-ledger/read-model';
import type { CheckpointState } from '@mps-ledger/read-model';
import { projectWith, type ToRows } from '@mps-ledger/task-projection';
import type { FreshnessTracker } from './freshness';
import type { ProjectorMetrics } from './projector-metrics';

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
  return projectWith(toRows, schema, {
    freshness: ({ topic, partition }, progress) => ({
      completeAsOf: freshness.completeAsOf(topic, partition, progress),
      eventEnd: freshness.eventEnd(topic, partition),
    }),
    async write(model, at, { rows }, move) {
      await writeBatch(model, at, rows, move);
      failpoint('projector.in-batch');
    },
    committed({ topic, partition }, { rows, received }, { completeAsOf }) {
      failpoint('projector.after-transaction');
      if (completeAsOf !== null) freshness.committed(topic, partition, completeAsOf);
      metrics.applied(rows.history.length, received);
      onCommit();
    },
  });
}
