import { Type } from 'typebox';
import { CLOUD_EVENT_TYPE_PREFIX, parseReceipt, RECEIPT_PATTERN } from '@mps-ledger/records';
import { TASK_ORDERS } from '@mps-ledger/read-model';
import {
  ANNOTATIONS,
  CONFIRMATIONS,
  EXPLAINED_NAMES,
  OUTCOMES,
  TASK_EVENT_TYPES,
  TASK_STATUSES,
  TRUSTS,
} from '@mps-ledger/tasks';
import {
  account,
  cursor,
  fields,
  instant,
  kind,
  limit,
  min_position,
  ofAccount,
  oneOf,
  several,
  yesOrNo,
} from '../http/parameters';
import { TASK_FIELDS } from './task-schemas';

/** More notifications than a task can have. */
const HIGHEST_VERSION = 999_999_999;

/** Types of events, as they are shown. */
const EVENT_TYPES = TASK_EVENT_TYPES.map((type) => `${CLOUD_EVENT_TYPE_PREFIX}${type}`);

const versionOf = (description: string) => ({
  schema: Type.Integer({ minimum: 1, maximum: HIGHEST_VERSION }),
  description,
  allowed: 'a version of the task: a whole number from 1',
});

export const TASK_PARAMETERS = {
  account: ofAccount,
  receipt: {
    schema: Type.String({ pattern: RECEIPT_PATTERN }),
    description:
      'Read your write: answer only once the notification of this receipt is applied. Waits for that as long as "Prefer: wait=N" says; 503 read-model-behind otherwise.',
    allowed: 'a receipt, as ingest answers it (r1.<log id>.<L>.<partition>.<offset>.<check>)',
    parse: parseReceipt,
  },
  until: oneOf(
    ['finished'],
    'Wait, as long as "Prefer: wait=N" says, until the task is finished (also one that is not known yet). At the timeout its state is answered.',
  ),
  min_position,
  at: instant(
    "The task as it was at this time of the log's clock (`logged` in its history, `updated` here): the fold of its history up to there. Not together with at_version.",
  ),
  at_version: versionOf(
    'The task as it was at this version: the fold of its first N notifications. Not together with at.',
  ),
};

export const DIFF_PARAMETERS = {
  account: ofAccount,
  from: { ...versionOf('The version to begin with.'), required: true as const },
  to: versionOf('The version to end with, which may be the lower one. Default: the newest.'),
  min_position,
};

export const WHY_FILTERS = {
  subtask: {
    schema: Type.String({ minLength: 1, maxLength: 2000 }),
    description: 'Only values of the subtask with this key.',
    allowed: 'the key of a subtask, of at most 2,000 characters',
  },
  value: oneOf(EXPLAINED_NAMES, 'Only what sets this value; of metadata, live and twins all their members.'),
};

export const WHY_PARAMETERS = {
  account: ofAccount,
  at_version: versionOf('Explain the task as it was at this version. Default: the newest.'),
  ...WHY_FILTERS,
  limit,
  cursor,
  min_position,
};

/** Words that tasks have, and records of their history do not. */
const OF_TASKS = {
  contradicted:
    'That is said of a task, and not of one record: /v1/tasks/{id}/why says what an end lost against, and by what.',
};

export const HISTORY_FILTERS = {
  type: {
    ...several(oneOf(EVENT_TYPES, 'Only events of this type.')),
    instead: Object.fromEntries(
      TASK_EVENT_TYPES.map((type) => [type, `Did you mean ${CLOUD_EVENT_TYPE_PREFIX}${type}?`]),
    ),
  },
  trust: several(
    oneOf(
      TRUSTS,
      'Only events that were heard with this trust. Of a record that could not be applied it is not known.',
    ),
  ),
  annotation: {
    ...several(oneOf(ANNOTATIONS, 'Only records with this annotation.')),
    instead: { ...OF_TASKS, revised: OF_TASKS.contradicted },
  },
};

export const HISTORY_PARAMETERS = { account: ofAccount, ...HISTORY_FILTERS, limit, cursor, min_position };

const offset = (description: string) => ({
  schema: Type.String({ pattern: '^-?\\d{1,15}(\\.\\d{1,9})?$' }),
  description,
  allowed: 'a decimal number such as 12.5, in the unit of the items',
});

export const LIVE_FILTERS = {
  kind: {
    schema: Type.String({ minLength: 1, maxLength: 200 }),
    description: 'Only items of this kind, as items and counts name it.',
    allowed: 'a kind of item of at most 200 characters (AiRecognition.AsrFullTextRecognition, AiSmartSubtitle, …)',
  },
  steady: oneOf(['true', 'false'], 'Only items that are steady, or only those that are not. Default: both.'),
  superseded: oneOf(['false', 'true'], 'true: superseded items, too. Default: current items only.'),
  from: offset('Only items that start at or after this offset; one without an offset is at 0.'),
  to: offset('Only items that start before this offset.'),
};

export const LIVE_PARAMETERS = { account: ofAccount, ...LIVE_FILTERS, limit, cursor, min_position };

export const TASKS_FILTERS = {
  account,
  status: several(oneOf(TASK_STATUSES, 'Only tasks of this status.')),
  outcome: several(oneOf(OUTCOMES, 'Only finished tasks with this outcome.')),
  kind,
  confirmation: several(
    oneOf(
      CONFIRMATIONS,
      'Only tasks whose end is confirmed, or only those whose end was received only unsigned or from a file.',
    ),
  ),
  contradicted: yesOrNo('Only tasks with claims about an end that cannot all be true, or only those without.'),
  parked: yesOrNo('Only tasks of which events could not be applied, or only those without.'),
  error_code: several({
    schema: Type.String({ minLength: 1, maxLength: 200 }),
    description:
      'Only tasks that show this ErrCode: their own, that of a subtask, or that of an end that competes with another (ends). 0 is no error, and asks for tasks that ended with 0 themselves.',
    allowed: 'an ErrCode of at most 200 characters',
  }),
  session_id: several({
    schema: Type.String({ minLength: 1, maxLength: 1000 }),
    description: 'Only tasks with this SessionId. The first 200 characters are compared.',
    allowed: 'a SessionId of 1 to 1,000 characters',
  }),
  received_after: instant('Only tasks first received at or after this time.'),
  received_before: instant('Only tasks first received before this time.'),
  updated_after: instant(
    'Only tasks whose last record the log took at or after this time. To follow changes, use /v1/changes: a record may be applied later than one that the log took after it.',
  ),
  updated_before: instant('Only tasks whose last record the log took before this time.'),
};

const order = oneOf(
  TASK_ORDERS,
  'By which time the tasks are ordered, newest first. In the order by first_received (the default) places never change. A task that is ' +
    'updated while pages are read moves to the beginning of the order by updated: it may be missed, and is never shown twice.',
);

const place = (whose: string) =>
  several({
    schema: Type.String({ minLength: 3, maxLength: 1000, pattern: '\\S' }),
    description: `Only tasks with ${whose} at this place: a URL, or a path, of an input bucket/key; with * at the end, at one that begins like this. Upper and lower case are one. From the projection search, whose lag is in Ledger-Search-Lag-Events.`,
    allowed: 'a place of 3 to 1,000 characters, perhaps with * at the end',
  });

/** What the optional projection search looks for. */
export const SEARCH_TERMS = {
  q: {
    schema: Type.String({ minLength: 3, maxLength: 200, pattern: '^\\S[\\s\\S]*\\S$' }),
    description:
      'Only tasks of which this was ever said, in any place: a part of a TaskId, SessionId, error code, message, or place of an input or output. Upper and lower case are one. From the projection search, whose lag is in Ledger-Search-Lag-Events.',
    allowed: 'a text of 3 to 200 characters, without spaces around it',
  },
  input: place('an input'),
  output: place('an output'),
};

/** What a cursor of tasks carries. */
export const TASKS_SELECTION = { ...TASKS_FILTERS, ...SEARCH_TERMS, order };

export const TASKS_PARAMETERS = { ...TASKS_SELECTION, fields: fields(TASK_FIELDS), limit, cursor, min_position };

export const TASK_COUNTS_PARAMETERS = { ...TASKS_FILTERS, ...SEARCH_TERMS, min_position };

const cursorOfExport = {
  ...cursor,
  description:
    'The last next_cursor that was received, to go on after its task. It carries the filter and the order; format and fields are to be given again.',
  allowed: 'the last next_cursor of an export',
};

export const TASK_EXPORT_PARAMETERS = {
  ...TASKS_SELECTION,
  format: oneOf(['ndjson', 'csv'], 'JSON texts, one a line, or CSV. Default: ndjson.'),
  fields: fields(TASK_FIELDS),
  cursor: cursorOfExport,
  min_position,
};
