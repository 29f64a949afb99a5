import type { Project } from '@mps-ledger/consuming';
import type { CheckpointState } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { projectRejected, type ToRows } from '@mps-ledger/task-projection';
import { projectRows } from './project-rows';
import type { ProjectRowsOptions } from './project-rows';

/** What applies the records of each followed topic; `eventsToRows` see `eventsProjection`. */
export function makeProjections(
  eventsToRows: ToRows,
  options: ProjectRowsOptions,
): ReadonlyMap<string, Project<CheckpointState>> {
  return new Map([
    [TOPICS.events, projectRows(eventsToRows, options)],
    [TOPICS.rejected, projectRows(projectRejected, options)],
  ]);
}
