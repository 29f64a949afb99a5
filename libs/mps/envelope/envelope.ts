import { contentForm, isEmpty } from '@mps-ledger/tasks';
import type { Json, TaskKind } from '@mps-ledger/tasks';

import { textOf } from '../document/canonical';
import { readDocument } from '../document/document';
import type { Refusal } from '../document/document';
import { findTaskId, isTaskId, mayHoldTask, messageOf } from './find-task-id';
import { isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';

/** What receive has to know of a notification before it is logged. Empty members count as absent. */
export interface Envelope {
  readonly ok: true;
  /** The task that it is placed by, see `findTaskId`; null where there is none. */
  readonly taskId: string | null;
  /** EventType, or NotificationType, as spelled. */
  readonly eventType: string | null;
  /** When the signature expires: unix seconds, as decimal text. */
  readonly timestamp: string | null;
  readonly sign: string | null;
}

/**
 * The shapes a notification comes in. `offline`: EventType names the member that holds the task. `live`: NotificationType
 * names the member that holds the results. `task-detail`: what DescribeTaskDetail answers. `foreign`: none of them.
 */
export type Shape = 'offline' | 'live' | 'task-detail' | 'foreign';

/** Why a notification is attributed to no task. */
export type Unattributed = 'no-task-id' | 'task-id-not-a-string' | 'task-id-too-long';

/** A notification taken out of its wrapping. */
export interface Routed {
  readonly shape: Shape;
  readonly eventType: string | undefined;
  /** The body, out of its `Response` where it has one. */
  readonly message: JsonObject;
  /** The kind that EventType names, of the kinds that are read. */
  readonly kind: TaskKind | undefined;
  /** The member that EventType names. */
  readonly task: JsonObject | undefined;
  readonly taskId: string | undefined;
  readonly unattributed: Unattributed | undefined;
}

interface TaskMember {
  readonly kind: TaskKind;
  readonly member: string;
}

/** EventType → the kind of the task and the member that holds it (ParseNotification, output parameters). */
const TASK_MEMBERS: ReadonlyMap<string, TaskMember> = new Map<string, TaskMember>([
  ['WorkflowTask', { kind: 'workflow', member: 'WorkflowTaskEvent' }],
  ['EditMediaTask', { kind: 'edit-media', member: 'EditMediaTaskEvent' }],
  ['ScheduleTask', { kind: 'schedule', member: 'ScheduleTaskEvent' }],
]);

/**
 * Reads what receive needs from the exact bytes: whose notification it is and its signature. Never throws, on any bytes;
 * a body beyond the limits is no refusal, its envelope is read all the same.
 */
export function readEnvelope(bytes: Uint8Array): Envelope | Refusal {
  const document = readDocument(bytes);
  if (!document.ok) return document;
  const { message, eventType } = route(document.root);
  const sign = present(message, 'Sign');
  return {
    ok: true,
    taskId: findTaskId(document.root),
    eventType: eventType ?? null,
    timestamp: timestampOf(present(message, 'Timestamp')),
    sign: typeof sign === 'string' ? sign : null,
  };
}

/** Finds shape, task and task id. Answers the same for an object as parsed and for its content form. */
export function route(root: JsonObject): Routed {
  const message = messageOf(root);
  const eventType = spelled(message, 'EventType');
  const named = eventType === undefined ? undefined : TASK_MEMBERS.get(eventType);
  const task = named === undefined ? undefined : presentObject(message, named.member);
  return {
    shape: shapeOf(message),
    eventType: eventType ?? spelled(message, 'NotificationType'),
    message,
    kind: named?.kind,
    task,
    ...attribution(root, message, task),
  };
}

function shapeOf(message: JsonObject): Shape {
  if (present(message, 'EventType') !== undefined) return 'offline';
  if (present(message, 'NotificationType') !== undefined) return 'live';
  return present(message, 'TaskType') === undefined ? 'foreign' : 'task-detail';
}

/**
 * The TaskId of the body, or of the message in it; else the one in the task; else, where there is no such task, the only one a member
 * has. Wherever it answers one, `findTaskId` answers the same.
 */
function attribution(
  body: JsonObject,
  message: JsonObject,
  task: JsonObject | undefined,
): Pick<Routed, 'taskId' | 'unattributed'> {
  const holders = [body, message, ...(task === undefined ? loneHolder(message) : [task])];
  const ids = holders.map((holder) => present(holder, 'TaskId')).filter((id) => id !== undefined);
  const taskId = ids.find(isTaskId);
  return { taskId, unattributed: taskId === undefined ? whyUnattributed(ids) : undefined };
}

function whyUnattributed(ids: readonly Json[]): Unattributed {
  if (ids.length === 0) return 'no-task-id';
  return ids.some((id) => typeof id === 'string') ? 'task-id-too-long' : 'task-id-not-a-string';
}

function loneHolder(message: JsonObject): readonly JsonObject[] {
  const holders = Object.keys(message)
    .filter(mayHoldTask)
    .map((name) => own(message, name))
    .filter(isObject)
    .filter((member) => present(member, 'TaskId') !== undefined);
  return holders.length === 1 ? holders : [];
}

function present(object: JsonObject, name: string): Json | undefined {
  const value = own(object, name);
  return isEmpty(value) ? undefined : value;
}

function presentObject(object: JsonObject, name: string): JsonObject | undefined {
  const value = present(object, name);
  return isObject(value) ? value : undefined;
}

function spelled(object: JsonObject, name: string): string | undefined {
  const value = present(object, name);
  return value === undefined ? undefined : textOf(contentForm(value));
}

function timestampOf(value: Json | undefined): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? text : null;
}
