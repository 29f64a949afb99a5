import {
  TASK_EVENT_TYPES,
  TASK_KINDS,
  type LiveEndedData,
  type LiveResultData,
  type MediaProbedData,
  type NotificationReceivedData,
  type SubtaskCountedData,
  type SubtaskFailedData,
  type SubtaskProgressedData,
  type SubtaskReportData,
  type SubtaskSubject,
  type SubtaskSucceededData,
  type TaskEventType,
  type TaskFinishedData,
  type TaskReportData,
  type TaskSubject,
} from '@mps-ledger/tasks';
import { always, dataSchema, sometimes, type DataSchema, type Members } from './schema';
import { STATE_CHANGED, stateChangedMembers } from './state-changed';

const text = (description: string) => ({ description, type: 'string' });
const count = (description: string) => ({ description, type: 'integer', minimum: 0 });
const sha256 = (description: string) => ({ description, type: 'string', pattern: '^[0-9a-f]{64}$' });
const verbatim = (description: string) => ({
  description: `${description}; the provider's own value, in content form`,
});

const ACCOUNT = always({
  description: 'The account of the task: the configured account of the source that received it',
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
});
const KIND = always({ description: 'Kind of the task', enum: [...TASK_KINDS] });
const STATUS = sometimes(text("The provider's status"));
const ERROR_CODE = sometimes({ description: "The provider's ErrCode; none means 0", type: ['number', 'string'] });
const MESSAGE = sometimes(text("The provider's Message"));
const BEGIN = sometimes(text('BeginProcessTime as spelled'));
const FINISH = sometimes(text('FinishTime as spelled'));

const NOT_FINITE = sometimes({
  description: "The provider's members from which a number that is not finite was dropped",
  type: 'array',
  items: { type: 'string' },
});

const subject: Members<TaskSubject> = {
  account: ACCOUNT,
  task_id: always(text('TaskId, exact')),
};

const notificationReceived: Members<NotificationReceivedData> = {
  account: ACCOUNT,
  task_id: sometimes(text('TaskId, exact; absent where the notification names no task')),
  notification_id: always({ ...text('Id of the raw record'), minLength: 1 }),
  event_type: sometimes(text('EventType or NotificationType as spelled')),
  session_id: sometimes(text('SessionId; absent where it is empty')),
  kind: KIND,
  reason: sometimes(text('Why the notification could not be read, or not completely')),
  marks: sometimes({ description: 'Remarks on its content and delivery', type: 'array', items: { type: 'string' } }),
  digest: always(sha256('SHA-256 of the exact bytes')),
  size: always(count('Bytes')),
  transport: always({ ...text('How it was delivered'), minLength: 1 }),
  source: sometimes(text('Id of the configured source that it came by; absent in records of earlier builds')),
  events: always(count('Number of the other events derived from it')),
  events_digest: always(sha256('SHA-256 of their ids, in the order derived, each followed by a line feed')),
  event_ids: always({
    ...{ description: 'The first 100 of their ids, in the order derived', type: 'array', maxItems: 100 },
    items: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  }),
};

const taskReport: Members<TaskReportData> = {
  ...subject,
  kind: KIND,
  status: STATUS,
  session_id: sometimes(text('SessionId')),
  session_context: sometimes(text('SessionContext')),
  input: sometimes(verbatim('InputInfo or Input; of a batch InputInfos; of a live stream its Url')),
  create_time: sometimes(text('CreateTime as spelled')),
  begin_process_time: BEGIN,
  listed: always({
    description:
      'How many subtasks the notification shows, twins counted: by kind and definition with those of its parents ' +
      '(Transcode:10, AiAnalysis:1/AiAnalysis.Cover:7), and by kind alone (Transcode)',
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 1 },
  }),
  not_finite: NOT_FINITE,
};

const taskFinished: Members<TaskFinishedData> = {
  ...taskReport,
  finish_time: FINISH,
  error_code: ERROR_CODE,
  message: MESSAGE,
  output: sometimes(verbatim('Output')),
  type: sometimes(text('Type')),
  is_detected: sometimes(verbatim('IsDetected')),
  result: sometimes(verbatim('Result')),
};

const mediaProbed: Members<MediaProbedData> = {
  ...subject,
  status: STATUS,
  metadata: always({ ...verbatim('MetaData'), type: 'object' }),
  not_finite: NOT_FINITE,
};

const subtask: Members<SubtaskSubject> = {
  ...subject,
  key: always({ ...text('Stable key of the subtask inside its task'), minLength: 1 }),
  kind: always({ ...text('Kind of the subtask'), minLength: 1 }),
  definition: sometimes(text('Canonical text of Input.Definition; of a result by language, its languages')),
};

const subtaskSaid = { ...subtask, status: STATUS, input: sometimes(verbatim('Input')), not_finite: NOT_FINITE };

const subtaskReport: Members<SubtaskReportData> = {
  ...subtaskSaid,
  at_end: sometimes({
    description: 'Open although the same notification reports the task as finished',
    const: true,
  }),
};

const subtaskProgressed: Members<SubtaskProgressedData> = {
  ...subtask,
  progress: always({ description: 'Percent', type: 'number', minimum: 0, maximum: 100 }),
};

const subtaskSucceeded: Members<SubtaskSucceededData> = {
  ...subtaskSaid,
  begin_process_time: BEGIN,
  finish_time: FINISH,
  output: sometimes(verbatim('Output')),
};

const subtaskFailed: Members<SubtaskFailedData> = {
  ...subtaskSucceeded,
  error_code: ERROR_CODE,
  error_code_ext: sometimes(text('ErrCodeExt')),
  message: MESSAGE,
};

const subtaskCounted: Members<SubtaskCountedData> = {
  ...subtask,
  total: always(count('Subtasks of one notification that share the key')),
  succeeded: always(count('How many of them had succeeded')),
  failed: always(count('How many of them had failed')),
};

const liveReport = {
  ...subject,
  session_id: sometimes(text('SessionId')),
  session_context: sometimes(text('SessionContext')),
  not_finite: NOT_FINITE,
};

const liveResult: Members<LiveResultData> = {
  ...liveReport,
  notification_type: always({ ...text('NotificationType as spelled'), minLength: 1 }),
  results: always({
    ...verbatim('All other members of the notification, without those of its delivery (Timestamp, Sign, RequestId)'),
    type: 'object',
  }),
};

const liveEnded: Members<LiveEndedData> = { ...liveReport, error_code: ERROR_CODE, message: MESSAGE };

/** `urn:mps-ledger:schema:<type>:<version>`: the `dataschema` of an event and the `$id` of its data's schema. */
export function schemaId(type: string, version: number): string {
  return `urn:mps-ledger:schema:${type}:${version}`;
}

function firstVersion<Data>(type: string, description: string, members: Members<Data>): DataSchema {
  return dataSchema(schemaId(type, 1), type, description, members);
}

/** The schemas of the current versions, by event type. */
export const CURRENT_SCHEMAS: { readonly [Type in TaskEventType]: DataSchema } = {
  'notification.received': firstVersion(
    'notification.received',
    'The result of reading one notification: exactly one per raw record, the last of its events.',
    notificationReceived,
  ),
  'task.queued': firstVersion('task.queued', 'The task waits.', taskReport),
  'task.started': firstVersion('task.started', 'The task is processing.', taskReport),
  'task.finished': firstVersion('task.finished', 'The task ended, successfully or not.', taskFinished),
  'task.reported': firstVersion('task.reported', 'The task has an unknown status.', taskReport),
  'media.probed': firstVersion('media.probed', "The provider's metadata of the task's input.", mediaProbed),
  'subtask.queued': firstVersion('subtask.queued', 'The subtask waits.', subtaskReport),
  'subtask.started': firstVersion('subtask.started', 'The subtask is processing.', subtaskReport),
  'subtask.reported': firstVersion('subtask.reported', 'The subtask has an unknown status, or none.', subtaskReport),
  'subtask.progressed': firstVersion(
    'subtask.progressed',
    'The subtask is processing, with its progress.',
    subtaskProgressed,
  ),
  'subtask.succeeded': firstVersion('subtask.succeeded', 'The subtask succeeded.', subtaskSucceeded),
  'subtask.failed': firstVersion('subtask.failed', 'The subtask failed.', subtaskFailed),
  'subtask.counted': firstVersion(
    'subtask.counted',
    'Several subtasks of one notification share a key.',
    subtaskCounted,
  ),
  'live.result-reported': firstVersion(
    'live.result-reported',
    'Results of a live stream, one increment of many.',
    liveResult,
  ),
  'live.ended': firstVersion('live.ended', 'The live stream ended, with or without an error.', liveEnded),
};

/** The version of event data that this build writes. */
export const CURRENT_VERSION = 1;

/** The schema of a state change, which is on no log. */
export const STATE_CHANGED_SCHEMA = firstVersion(
  STATE_CHANGED,
  'The status, outcome, error code or confirmation of a task is another than before.',
  stateChangedMembers(subject, KIND),
);

/** All schemas that events on the log and state changes may name, the oldest version first. */
export const SCHEMAS: readonly DataSchema[] = [
  ...TASK_EVENT_TYPES.map((type) => CURRENT_SCHEMAS[type]),
  STATE_CHANGED_SCHEMA,
];

const byId = new Map(SCHEMAS.map((schema) => [schema.$id, schema]));

/** The schema of one version of a type's data, served at `/schemas/<type>/<version>.json`; undefined if there is none. */
export function schemaOf(type: string, version: number): DataSchema | undefined {
  return byId.get(schemaId(type, version));
}
