import { Type } from 'typebox';
import { ERROR_CLASSES, TASK_KINDS } from '@mps-ledger/tasks';
import { count, flag, NEXT_CURSOR, orNull, ref, text, textOrNull, time } from '../contract/schema-parts';

const SUBTASK_KIND = textOrNull('Transcode, …; null: of tasks themselves');
const DEFINITION = textOrNull('The template of the subtasks; null where there is none');

const errorGroup = {
  id: text('The same group has the same id, whatever is counted'),
  kind: Type.Enum([...TASK_KINDS], { description: 'Kind of the tasks' }),
  subtask_kind: SUBTASK_KIND,
  definition: DEFINITION,
  error_code: Type.Union([Type.Number(), Type.String(), Type.Null()], {
    description: "The provider's ErrCode; null where it gave none",
  }),
  error_class: Type.Enum([...ERROR_CLASSES], { description: 'Whose error it is, as of a subtask' }),
  retryable: orNull(Type.Boolean(), 'Whether the same request may succeed later; null if not known'),
  message: textOrNull(
    "The provider's Message without what makes it unique: <n> for numbers, <id> for what has digits in it, <name> for names of files and hosts, <path>, <url>; 160 characters at most",
  ),
  count: count('Failures: each failed task, subtask and twin counts'),
  first_seen: time('When the first of them ended'),
  last_seen: time('When the last of them ended'),
  hours: Type.Array(
    Type.Object({ start: time('Beginning of the hour, in UTC'), count: count('Failures that ended in it') }),
    {
      description: 'Oldest first; hours without failures are left out',
    },
  ),
  sample_tasks: Type.Array(Type.Object({ account: text('Its account'), task_id: text('TaskId, exact') }), {
    description: 'Some of the newest, of accounts that have a failure in the last hour; five at most',
  }),
};

const totals = {
  tasks: count('Tasks that ended'),
  failed_tasks: count('Of these, those that ended with an ErrCode of their own'),
  subtasks: count('Subtasks that ended, each twin counted'),
  failed_subtasks: count('Of these, those that failed'),
  output_seconds: Type.Number({ minimum: 0, description: 'Duration of the outputs, as far as the provider gives it' }),
  output_minutes: Type.Number({ minimum: 0, description: 'The same in minutes' }),
  output_bytes: Type.Number({ minimum: 0, description: 'Size of the outputs, as far as the provider gives it' }),
};

/** Members that all items have. */
export const TOTALS = Object.keys(totals);

/** Members that items have where `by` names them. */
const dimensions = {
  day: Type.String({ format: 'date', description: 'In UTC' }),
  account: text('Account of the tasks'),
  kind: Type.Enum([...TASK_KINDS], { description: 'Kind of the tasks' }),
  subtask_kind: SUBTASK_KIND,
  definition: DEFINITION,
};

/** The schemas of the reports. */
export const REPORT_SCHEMAS = {
  ErrorGroup: Type.Object(errorGroup, {
    description: 'Failures that have kind, template, code, class and message in common',
  }),
  ErrorList: Type.Object({
    ended_after: orNull(time(''), 'The first hour that is counted: no earlier than was asked for'),
    ended_before: orNull(time(''), 'The first hour that is not counted any more; null: no limit'),
    shortened: flag(
      'Later than was asked for: there are so many groups that only the newest hours and days with a million sums (of a group, account and hour or day) are counted',
    ),
    failures: count('All failures that match'),
    groups: count('All groups of them'),
    items: Type.Array(ref('ErrorGroup'), { description: 'Those with most failures first' }),
    next_cursor: NEXT_CURSOR,
  }),
  UsageTotals: Type.Object(totals, { description: 'What ended, in sums' }),
  UsageCount: Type.Object(
    { ...Type.Partial(Type.Object(dimensions)).properties, ...totals },
    { description: 'What ended, in sums, by the members that were asked for' },
  ),
  UsageList: Type.Object({
    total: ref('UsageTotals'),
    items: Type.Array(ref('UsageCount')),
    next_cursor: NEXT_CURSOR,
  }),
} as const;
