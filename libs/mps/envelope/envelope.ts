import type { Json, TaskKind } from '@mps-ledger/tasks';

import type { Refusal } from '../document/document';
import { findTaskId, isTaskId, mayHoldTask, messageOf, namedMembers } from './find-task-id';
import { isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';
import { readBody } from '../document/text-object';
import { isDetail, present, presentText, taskOfDetail, taskOfEventType } from './named-task';
import { areTooMany, onlyRecord, recordsOf } from './records';
import { unwrap } from './unwrap';
import type { Unwrapped } from './unwrap';

/** What receive needs of a notification: whose it is, and whether it is signed. Empty members count as absent. */
export interface DeliveredNotification {
  /** The task that decides the partition, see `findTaskId`; null if there is none. */
  readonly taskId: string | null;
  /** When the signature expires: unix seconds, as decimal text. */
  readonly timestamp: string | null;
  readonly sign: string | null;
}

/** The parts of a body that receive needs before the raw record is appended. */
export interface Envelope extends DeliveredNotification {
  readonly ok: true;
  /** EventType, or NotificationType, as spelled. */
  readonly eventType: string | null;
  /** Notifications that were delivered together: how many Records the outermost level with several has. 0 for any other body. */
  readonly recordCount: number;
  /** Each of them; none where they are too many to be logged one by one (`areTooMany`). */
  readonly records: readonly DeliveredNotification[];
}

/**
 * The shapes of notifications. `offline`: EventType names the member that holds the task. `live`: NotificationType names the
 * member that holds the results. `task-detail`: the response of DescribeTaskDetail, DescribeBatchTaskDetail or
 * DescribeImageTaskDetail. `foreign`: none of these.
 */
export type NotificationShape = 'offline' | 'live' | 'task-detail' | 'foreign';

/** Why a notification is not attributed to a task. */
export type UnattributedReason = 'no-task-id' | 'task-id-not-a-string' | 'task-id-too-long';

/** A notification with its shape, and the object that holds the task. */
export interface RoutedNotification {
  readonly shape: NotificationShape;
  readonly eventType: string | undefined;
  /** The body, or the content of its `Response` member. */
  readonly message: JsonObject;
  /** The kind of task that EventType or TaskType names; undefined for types that are not known. */
  readonly kind: TaskKind | undefined;
  /** The member that holds it. */
  readonly task: JsonObject | undefined;
  readonly taskId: string | undefined;
  readonly unattributed: UnattributedReason | undefined;
}

/**
 * Reads from the exact bytes what receive needs: the task, and the type and the signature of the notification inside of its wrappers.
 * Never throws. A body beyond the limits is not refused; its envelope is read too.
 */
export function readEnvelope(bytes: Uint8Array): Envelope | Refusal {
  const document = readBody(bytes);
  if (!document.ok) return document;
  const unwrapped = unwrap(document);
  const { message, eventType } = route(unwrapped.root);
  const recordCount = recordsOf(unwrapped);
  const records = areTooMany(recordCount, bytes.length) ? 0 : recordCount;
  return {
    ok: true,
    taskId: findTaskId(document.root),
    eventType: eventType ?? null,
    ...signatureIn(message),
    recordCount,
    records: Array.from({ length: records }, (_, element) => recordIn(unwrapped, element)),
  };
}

function recordIn(body: Unwrapped, element: number): DeliveredNotification {
  const { root, exceeded } = body;
  const alone = onlyRecord(root, element);
  return { taskId: findTaskId(alone), ...signatureIn(route(unwrap({ root: alone, exceeded }).root).message) };
}

function signatureIn(message: JsonObject): Pick<DeliveredNotification, 'timestamp' | 'sign'> {
  const sign = present(message, 'Sign');
  return {
    timestamp: timestampOf(present(message, 'Timestamp')),
    sign: typeof sign === 'string' ? sign : null,
  };
}

/** Finds shape, task and task id. The result is the same for a parsed object and for its content form. */
export function route(root: JsonObject): RoutedNotification {
  const message = messageOf(root);
  const shape = shapeOf(message);
  const { kind, task } = shape === 'task-detail' ? taskOfDetail(message) : taskOfEventType(message);
  return {
    shape,
    eventType: presentText(message, 'EventType') ?? presentText(message, 'NotificationType'),
    message,
    kind,
    task,
    ...attribution(root, message, task),
  };
}

function shapeOf(message: JsonObject): NotificationShape {
  if (present(message, 'EventType') !== undefined) return 'offline';
  if (present(message, 'NotificationType') !== undefined) return 'live';
  return isDetail(message) ? 'task-detail' : 'foreign';
}

/**
 * The TaskId of the body, of its message or of the task, in this order; if its type names no task, the TaskId of the only member
 * that has one. If this finds a TaskId, `findTaskId` returns the same.
 */
function attribution(
  body: JsonObject,
  message: JsonObject,
  task: JsonObject | undefined,
): Pick<RoutedNotification, 'taskId' | 'unattributed'> {
  const named = namedMembers(message).filter(isObject);
  const isNamed = task !== undefined && (named.find((one) => isTaskId(own(one, 'TaskId'))) ?? named[0]) === task;
  const others = isNamed ? [task] : loneHolder(message).filter((lone) => task === undefined || lone === task);
  const holders = [body, message, ...others];
  const ids = holders.map((holder) => present(holder, 'TaskId')).filter((id) => id !== undefined);
  const taskId = ids.find(isTaskId);
  return { taskId, unattributed: taskId === undefined ? whyUnattributed(ids) : undefined };
}

function whyUnattributed(ids: readonly Json[]): UnattributedReason {
  if (ids.length === 0) return 'no-task-id';
  return ids.some((id) => typeof id === 'string') ? 'task-id-too-long' : 'task-id-not-a-string';
}

function loneHolder(message: JsonObject): readonly JsonObject[] {
  const holders = Object.keys(message)
    .filter(mayHoldTask)
    .map((name) => own(message, name))
    .filter(isObject)
    .filter((member) => present(member, 'TaskId') !== undefined);
  // Stryker disable next-line ArrayDeclaration: a text is no object with a TaskId
  return holders.length === 1 ? holders : [];
}

function timestampOf(value: Json | undefined): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? text : null;
}
