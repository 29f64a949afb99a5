import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ERROR_CODE_LIST } from '../filter-keys';
import { bytes, FilterIndexes, key, time, word } from './columns';

/**
 * One row for each error code that a task shows (`shownErrorCodes`), but 0: what the list of tasks by error code is read
 * from. Beside the code it has what lists are ordered and filtered by, each the same as in the task's row. A code that the
 * task shows no longer has no row. Most tasks have none.
 */
@Entity({ name: 'task_error_code' })
@FilterIndexes(ERROR_CODE_LIST)
export class TaskErrorCode {
  @PrimaryColumn(key('task_error_code', bytes('task_key')))
  taskKey!: Buffer;

  /** As text, sanitised; of 200 characters at most. */
  @PrimaryColumn(key('task_error_code', word('error_code')))
  errorCode!: string;

  @Column(word('account'))
  account!: string;

  @Column(word('kind'))
  kind!: string;

  @Column(word('status'))
  status!: string;

  @Column(word('outcome', { nullable: true }))
  outcome!: string | null;

  @Column(word('session_id', { nullable: true }))
  sessionId!: string | null;

  @Column(time('first_received'))
  firstReceived!: Date;
}
