import { SAMPLED, UPDATED_LIST } from '../filter-keys';
import { bytes, flag, int, nullable, table, time, word } from './columns';

/**
 * What the lists of tasks by their last update are read from: a row for each task, and one for each error code that it shows
 * (`TaskErrorCode`). A table of its own, since `updated` changes with each notification: in `task` each of its indexes would be written then.
 *
 * The index `task_updated_sample` has one of 256 tasks, as keys are digests: numbers of tasks are estimated from it.
 */
export const TaskUpdated = table('task_updated', {
  columns: {
    task_key: bytes,
    /** An error code that the task shows; empty: the row of the task itself. */
    code: word,
    account: word,
    kind: word,
    status: word,
    outcome: nullable(word),
    /** `0` where the task itself ended with it, in the row of the task itself; else null. */
    error_code: nullable(word),
    confirmation: nullable(word),
    contradicted: flag,
    parked: int,
    session_id: nullable(word),
    first_received: time,
    /** The same as in the task's row. */
    updated: time,
  },
  key: ['task_key', 'code'],
  indexes: [
    {
      name: 'task_updated_sample',
      columns: [
        ...(['code', 'first_received', 'account', 'kind', 'status', 'outcome', 'error_code', 'confirmation'] as const),
        ...(['contradicted', 'parked', 'session_id', 'updated'] as const),
      ],
      where: SAMPLED,
    },
  ],
  filteredBy: UPDATED_LIST,
});
