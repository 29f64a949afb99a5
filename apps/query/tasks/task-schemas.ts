import { Type } from 'typebox';
import {
  ANNOTATIONS,
  CONFIRMATIONS,
  ENDS,
  ERROR_CLASSES,
  LOST_BY,
  OUTCOMES,
  SUBTASK_STATUSES,
  TASK_KINDS,
  TASK_STATUSES,
  TRUSTS,
  VALUE_RULES,
} from '@mps-ledger/tasks';
import {
  count,
  flag,
  NEXT_CURSOR,
  orNull,
  page,
  ref,
  text,
  textOrNull,
  time,
  verbatim,
} from '../contract/schema-parts';
import { TASK_COUNTS } from './count-schemas';
import { ONLY_ASKED_FOR } from './only-asked-for';

const ERROR_CODE = Type.Union([Type.Number(), Type.String(), Type.Null()], {
  description: "The provider's ErrCode of the end that counts: 0 of a good end, null while there is no end",
});

const error = {
  error_class: orNull(
    Type.Enum([...ERROR_CLASSES]),
    "Whose error it is, by what stands before the first dot of ErrCodeExt, else of ErrCode: `invalid-input`: the caller's request (InvalidInput); " +
      '`source-file`: the source file (SourceFileError); `service`: MPS itself (InternalError); `unknown`: any other, numbers too. Null unless it failed',
  ),
  retryable: orNull(
    Type.Boolean(),
    'Whether the same request may succeed later: true for `service`; false for `invalid-input`, and for `source-file`, which needs another file; ' +
      'null if not known, and unless it failed',
  ),
  error_note: textOrNull('What a documented code means, and where that is documented; null for other codes'),
};

const end = {
  end: Type.Enum([...ENDS]),
  error_code: ERROR_CODE,
  error_code_ext: textOrNull("The provider's ErrCodeExt"),
  error_class: error.error_class,
  retryable: error.retryable,
  message: textOrNull("The provider's Message"),
  output: verbatim('Output'),
  trust: Type.Enum([...TRUSTS]),
  time: textOrNull('The finish time that the provider gives; of a reconciled end, the time of the request'),
};

const subtask = {
  key: text('Stable inside its task: kind:definition:digest; a second level is parent/child'),
  kind: text('Transcode, AiRecognition.AsrFullTextRecognition, …'),
  definition: textOrNull('The template; of a result by language, source>target'),
  status: Type.Enum([...SUBTASK_STATUSES]),
  progress: orNull(Type.Number({ minimum: 0, maximum: 100 }), 'Percent'),
  error_code: ERROR_CODE,
  error_code_ext: textOrNull("The provider's ErrCodeExt"),
  ...error,
  message: textOrNull("The provider's Message"),
  input: verbatim('Input'),
  output: verbatim('Output'),
  contradicted: flag('Claims about its end cannot all be true'),
  revised: flag('Claims agree on its end and differ in its output'),
  superseded: flag(
    'Still open although the task has finished, and taken for another subtask under an earlier spelling of its input: the ' +
      'outcome does not count it',
  ),
  twins: orNull(
    Type.Object({ total: count('All'), succeeded: count('Ended well'), failed: count('Ended badly') }),
    'Where several subtasks share the key because nothing sets them apart: how many, and how many ended how',
  ),
  ends: Type.Array(Type.Object(end), {
    description: 'Where claims about its end differ, or twins ended differently: each, the one that counts first',
  }),
};

const task = {
  account: text('Whose task it is'),
  task_id: text('TaskId, exact'),
  kind: Type.Enum([...TASK_KINDS]),
  status: Type.Enum([...TASK_STATUSES]),
  error_code: ERROR_CODE,
  outcome: orNull(
    Type.Enum([...OUTCOMES]),
    'The outcome of a finished task, computed over its subtasks; null until finished, and while incomplete',
  ),
  confirmation: orNull(Type.Enum([...CONFIRMATIONS]), 'unconfirmed: its end was received only unsigned or from a file'),
  contradicted: flag(
    'Claims about an end cannot all be true, or more subtasks ended than any notification listed: compare its history',
  ),
  revised: flag('Claims agree on the end and differ in its output'),
  parked: count('Events of this task that could not be applied: its history shows them, with the reason'),
  incomplete: flag('Part of a large notification about it is applied, and the rest is not yet'),
  version: count('Number of notifications about it that are applied: what is on the log twice counts once'),
  first_received: time('When its first notification was received'),
  updated: time('When the log took its last record'),
};

const live = {
  start_offset: Type.Number({ description: 'The highest start of an item; 0 where none has one' }),
  end_offset: Type.Number({ description: 'The highest end of an item; 0 where none has one' }),
};

const offset = (description: string) => orNull(Type.Number(), description);

const liveItem = {
  kind: text(
    'AiRecognition.AsrFullTextRecognition, AiReview.ImagePorn, AiQualityControl.Jitter, AiSmartSubtitle, LiveRecord, …',
  ),
  start_offset: offset("Its start in the stream, in the provider's unit; null where it has none"),
  end_offset: offset('Its end; null where it has none'),
  text: textOrNull('What it says: its Text, Word, Name, Label, Url or the like'),
  steady: flag('Not marked by the provider as preliminary'),
  superseded: flag('Not steady, and another item of its kind and speaker with the same start replaces it'),
  item: Type.Object({}, { additionalProperties: true, description: 'As the provider gave it, without null' }),
};

const liveCount = {
  kind: text('Kind of the items'),
  items: count('All items, superseded ones included'),
  superseded: count('How many of them are superseded'),
};

const history = {
  position: text(
    'e1.<log id>.<L>.<M>.<partition>.<offset> of its record on the event log, of log generation L and event generation M',
  ),
  logged: time('When the log took the record'),
  annotations: Type.Array(Type.Enum([...ANNOTATIONS])),
};

const event = {
  specversion: Type.Literal('1.0'),
  id: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Equal ids are equal facts' }),
  source: text('/mps/ and the account'),
  type: text('mps.task.finished, mps.subtask.failed, …'),
  subject: Type.Optional(text('The TaskId in printable characters; the exact one is task_id in the data')),
  time: Type.Optional(time("The provider's own time of the fact, where it gives one")),
  dataschema: text('urn:mps-ledger:schema:<type>:<version>, served at /schemas/<type>/<version>.json'),
  recordedtime: time('When the notification was received'),
  trust: Type.Enum([...TRUSTS], { description: 'How far the hearing can be believed' }),
  causationid: text('Id of the notification that it was read from'),
  rawoffset: Type.String({ pattern: '^[0-9]+$', description: "That notification's offset on the raw log" }),
  mapper: text('Version of the interpretation that derived it'),
  traceparent: Type.Optional(text('W3C trace of the request that brought it')),
  data: Type.Object({}, { additionalProperties: true, description: 'According to the schema that dataschema names' }),
};

const whySource = {
  position: text('e1.<log id>.<L>.<M>.<partition>.<offset> of its record, as history names it'),
  event_id: text('Id of the event'),
  type: text('task.finished, subtask.failed, …'),
  occurred: textOrNull("The provider's own time of the fact"),
  notification_id: text('Id of the notification that it was read from'),
  receipt: text('Receipt of that notification: /v1/notifications/{receipt}'),
  received: time('When that notification was received'),
  trust: Type.Enum([...TRUSTS]),
  said: Type.Unknown({ description: 'What it says of the values; null where that is long' }),
  said_is_long: flag('What it says has more than 1,000 characters of JSON: history has it, at the position'),
};

const rulesText = (rules: Readonly<Record<string, string>>): string =>
  Object.entries(rules)
    .map(([name, meaning]) => `\`${name}\`: ${meaning}`)
    .join(' ');

const explanation = {
  subtask: textOrNull('Key of the subtask; null: of the task itself'),
  values: Type.Array(Type.String(), { description: 'Names of the values, such as status, error_code, metadata/Width' }),
  shown: Type.Record(Type.String(), Type.Unknown(), {
    description: 'The values, without those of more than 1,000 characters of JSON',
  }),
  rule: Type.Enum(Object.keys(VALUE_RULES), { description: rulesText(VALUE_RULES) }),
  because: textOrNull('Of computed values: how they were computed'),
  set_by: orNull(ref('WhySource'), 'The event that set them; null where no event says anything of them'),
  lost: Type.Array(
    Type.Object({
      ...whySource,
      lost_by: Type.Enum(Object.keys(LOST_BY), { description: rulesText(LOST_BY) }),
    }),
    { description: 'Other events that say something of them, the highest first: 20 at most' },
  ),
  lost_count: count('How many there are'),
};

const side = {
  version: count('Its version'),
  position: text('e1.<log id>.<L>.<M>.<partition>.<offset> of the last record in it'),
  updated: time('When the log took that record'),
};

const path = text('JSON Pointer (RFC 6901) into the answer');
const added = Type.Object({
  op: Type.Enum(['add', 'replace']),
  path,
  value: Type.Unknown({ description: 'The new value' }),
});
const removed = Type.Object({ op: Type.Literal('remove'), path });

const { error_class, retryable } = error;
const listItem = { ...task, error_class, retryable, session_id: textOrNull('SessionId; its first 200 characters') };

/** The members of a task in a list. */
export const LISTED_FIELDS = Object.keys(listItem);

/** What fields can ask for. */
export const TASK_FIELDS = [...LISTED_FIELDS, ...Object.keys(ONLY_ASKED_FOR)];

/** The schemas of the answers about tasks. */
export const TASK_SCHEMAS = {
  Task: Type.Object(
    {
      ...task,
      ...error,
      message: textOrNull("The provider's Message about the end"),
      outcome_reason: textOrNull('Why the outcome is what it is'),
      session_id: textOrNull('SessionId'),
      session_context: textOrNull('SessionContext'),
      input: verbatim('InputInfo or Input'),
      output: verbatim("The task's own Output"),
      metadata: orNull(Type.Record(Type.String(), Type.Unknown()), 'MetaData, as the provider gave it'),
      live: orNull(
        Type.Object(live),
        'How far the results of a live stream reach, over all its items (/v1/tasks/{id}/live); null where it has none',
      ),
      state_digest: Type.String({
        pattern: '^[0-9a-f]{64}$',
        description:
          'SHA-256 of the state that its applied events fold to, as canonical text: equal states have equal digests, on any machine and in any build of one fold version. `npm run fold` computes it from an export',
      }),
      subtasks: Type.Array(ref('Subtask')),
    },
    { description: 'A task: the fold of all events about it' },
  ),
  Subtask: Type.Object(subtask, { description: "One piece of a task's work" }),
  TaskListItem: Type.Object(listItem, { description: 'A task in a list' }),
  TaskFields: Type.Partial(Type.Object({ ...listItem, ...ONLY_ASKED_FOR }), {
    description: 'The members of a task that were asked for by fields',
  }),
  TaskList: page('TaskListItem', 'TaskFields'),
  TaskCounts: TASK_COUNTS,
  Event: Type.Object(event, {
    additionalProperties: true,
    description: 'One fact about one task: a CloudEvent, as it is on the event log',
  }),
  HistoryItem: Type.Union(
    [
      Type.Object({ ...history, event: ref('Event') }, { description: 'It is applied: its value, byte for byte' }),
      Type.Object(
        {
          ...history,
          reason: text('Why it could not be applied'),
          event: Type.Unknown({
            description: 'Its value, byte for byte where that is JSON, else its text; null where it has none',
          }),
        },
        { description: 'It is parked' },
      ),
    ],
    { description: 'One record of the event log that concerns the task' },
  ),
  History: page('HistoryItem'),
  TaskDiff: Type.Object(
    {
      from: Type.Object(side),
      to: Type.Object(side),
      patch: Type.Array(Type.Union([added, removed]), {
        description:
          'A JSON Patch (RFC 6902): applied to the answer at version from, it gives the answer at version to',
      }),
    },
    { description: 'What changed between two versions of a task' },
  ),
  WhySource: Type.Object(whySource, { description: 'An event that says something of a value, and its notification' }),
  Explanation: Type.Object(explanation, { description: 'Why values are shown that one event set together' }),
  ExplanationList: Type.Object({
    version: count('Of this version of the task'),
    items: Type.Array(ref('Explanation')),
    next_cursor: NEXT_CURSOR,
  }),
  LiveItem: Type.Object(liveItem, { description: 'One result of a live stream: the join of all reports of it' }),
  LiveItemList: Type.Object({
    items: Type.Array(ref('LiveItem')),
    counts: orNull(
      Type.Array(Type.Object(liveCount)),
      'The items of the task by kind, whatever the filter; at most 100 kinds. Null on all pages but the first, and for a task of more than 500,000 items',
    ),
    next_cursor: NEXT_CURSOR,
  }),
} as const;
