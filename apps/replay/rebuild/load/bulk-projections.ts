import type { Project } from '@mps-ledger/consuming';
import { writeBulk, type CheckpointState } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { eventsProjection, projectRejected, projectWith, type RowsWriter } from '@mps-ledger/task-projection';
import type { TaskCache } from './task-cache';

/** What applies the records of each topic in bulk: the rows are those of the projector, made by the same code. */
export function makeBulkProjections(
  schema: string,
  partitions: number,
  cache: TaskCache,
): ReadonlyMap<string, Project<CheckpointState>> {
  const writer: RowsWriter = {
    // As of when the rows are complete is determined by the projector, once it follows.
    freshness: () => ({ completeAsOf: null }),
    write: (model, at, { rows, stored }, move) => writeBulk(model, at, rows, (task) => stored.has(task), move),
    committed: ({ topic, partition }, { folded }) => {
      if (topic === TOPICS.events) cache.store(partition, folded);
    },
  };
  return new Map([
    [TOPICS.events, projectWith(eventsProjection(partitions, cache.load), schema, writer)],
    [TOPICS.rejected, projectWith(projectRejected, schema, writer)],
  ]);
}
