import { bigint, int, numeric, table, time, word } from './columns';

/**
 * What ended in one day (UTC), by account, kind of task, and kind and definition of subtask: sums over the tasks of one partition,
 * which its projector alone writes. Rows of which all sums are 0 are not there.
 */
export const Usage = table('usage', {
  columns: {
    /** Its beginning. */
    day: time,
    account: word,
    kind: word,
    /** Empty: of tasks themselves. */
    subtask_kind: word,
    /** Empty where there is none. Like the kinds of 200 characters at most. */
    definition: word,
    partition: int,
    /** Tasks that ended: only where `subtask_kind` is empty. */
    tasks: bigint,
    failed_tasks: bigint,
    /** Subtasks that ended, each twin counted. */
    subtasks: bigint,
    failed_subtasks: bigint,
    /** Of the outputs, of which each may be large. */
    output_milliseconds: numeric,
    output_bytes: numeric,
  },
  key: ['day', 'account', 'kind', 'subtask_kind', 'definition', 'partition'],
});
