import { bigint, bytes, int, table, time, word } from './columns';

/**
 * What failures are grouped by: one row for each group, account and partition that has failures now. Rows of one partition are written by
 * its projector alone. What a failure does not have is empty.
 */
export const ErrorGroup = table('error_group', {
  columns: {
    /** A digest of the columns from `kind` on, the same in all accounts. */
    group_key: bytes,
    account: word,
    partition: int,
    /** Of the task. */
    kind: word,
    /** Empty: failures of tasks themselves. */
    subtask_kind: word,
    definition: word,
    /** As text. All of these are sanitised, and of 200 characters at most. */
    error_code: word,
    error_class: word,
    /** `messagePattern` of their messages. */
    message: word,
    /** All its failures: not 0. */
    count: bigint,
  },
  key: ['group_key', 'account', 'partition'],
});

/** How many failures of a group, an account and a partition ended in an hour, and in a day (UTC): not 0. */
export const ErrorCount = table('error_count', {
  columns: {
    /** 1 or 24. */
    hours: int,
    /** Of the hour or the day. */
    start: time,
    group_key: bytes,
    account: word,
    partition: int,
    count: bigint,
  },
  key: ['hours', 'start', 'group_key', 'account', 'partition'],
});
