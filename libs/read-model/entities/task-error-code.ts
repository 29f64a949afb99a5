import { ERROR_CODE_LIST } from '../filter-keys';
import { bytes, flag, int, nullable, table, time, word } from './columns';

/**
 * One row for each error code that a task shows (`shownErrorCodes`), but 0: what the list of tasks by error code is read
 * from. Beside the code it has what lists are ordered and filtered by, each the same as in the task's row. A code that the
 * task shows no longer has no row. Most tasks have none.
 */
export const TaskErrorCode = table('task_error_code', {
  columns: {
    task_key: bytes,
    /** As text, sanitised; of 200 characters at most. */
    error_code: word,
    account: word,
    kind: word,
    status: word,
    outcome: nullable(word),
    confirmation: nullable(word),
    contradicted: flag,
    parked: int,
    session_id: nullable(word),
    first_received: time,
  },
  key: ['task_key', 'error_code'],
  filteredBy: ERROR_CODE_LIST,
});
