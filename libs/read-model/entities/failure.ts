import { bigint, bytes, table, time, word } from './columns';

/**
 * Failures of one task that are counted in one group of errors and one hour: of the task itself, and of its subtasks. What the first,
 * the last and the sample tasks of a group are read from; `error_count` has its sums. A failure that is no longer one has no row.
 */
export const Failure = table('failure', {
  columns: {
    task_key: bytes,
    group_key: bytes,
    /** The beginning of the hour (UTC) in which they ended. */
    hour: time,
    account: word,
    first_ended: time,
    last_ended: time,
    count: bigint,
  },
  key: ['task_key', 'group_key', 'hour'],
  indexes: [
    { name: 'failure_first', columns: ['group_key', 'account', 'first_ended'] },
    { name: 'failure_last', columns: ['group_key', 'account', 'last_ended', 'task_key'] },
  ],
});
