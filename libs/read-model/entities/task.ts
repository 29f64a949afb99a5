import { TASK_LIST } from '../filter-keys';
import { bigint, bytes, flag, int, nullable, table, text, time, word } from './columns';

/**
 * One row per task, narrow: what lists show and filter by. What one task shows besides is in its `task_state`. Each row
 * is the fold of the task's history rows.
 *
 * Lists run by (first_received, task_key), backwards: an order that never moves under a cursor.
 */
export const Task = table('task', {
  columns: {
    /** SHA-256 of the canonical `[account, TaskId]`; see `taskKey`. A TaskId itself is no key: any string, any length. */
    task_key: bytes,
    account: word,
    /** The TaskId made safe to show: NUL, control characters and lone surrogates replaced by U+FFFD. */
    task_id: text,
    /** The exact TaskId, as JSON text. */
    task_id_json: text,
    kind: word,
    /** `unknown`, `queued`, `processing`, `finished`. */
    status: word,
    /** Null until finished. */
    outcome: nullable(word),
    /** ErrCode of the end that counts, as text; sanitised. Null where there is none. */
    error_code: nullable(word),
    confirmation: nullable(word),
    contradicted: flag,
    revised: flag,
    /** Records of this task that could not be applied and lie in `parked`. */
    parked: int,
    /**
     * Raw offsets of notifications of which a part is applied and the rest is not, ascending, in decimal, between spaces: the
     * task is `incomplete` until then. Null: there are none.
     */
    half_raw: nullable(text),
    /**
     * Number of notifications that named it: of first `notification.received`, each of which inserted the notification's row.
     * A repeated event of the same raw record, and one that is parked, do not count.
     */
    version: bigint,
    /**
     * Its standing after the transition that was last written of it, as JSON text (`null`: none was), where that is another than
     * the row's; null where it is the same, as it is of most tasks.
     */
    last_standing: nullable(text),
    /** Sanitised and cut to 200 characters, so that it can be indexed; the exact one is in the state. */
    session_id: nullable(word),
    /** Partition of its events, which is the partition of its notifications. */
    partition: int,
    /** When the notification behind the task's first record (in log order) was received. Never changes. */
    first_received: time,
    /** When the log took the task's last record; never before `first_received`, whatever the clocks. */
    updated: time,
  },
  key: ['task_key'],
  indexes: [
    { name: 'task_by_first_received', columns: ['first_received', 'task_key'] },
    { name: 'task_by_task_id', columns: ['task_id_json'], method: 'hash' },
  ],
  filteredBy: TASK_LIST,
});
