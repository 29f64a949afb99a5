import { contentForm, isEmpty } from '@mps-ledger/tasks';
import type { Json, TaskKind } from '@mps-ledger/tasks';

import { textOf } from '../document/canonical';
import { isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';

/** The task that the type of a notification names. */
export interface NamedTask {
  /** Undefined for a type that is not known. */
  readonly kind: TaskKind | undefined;
  /** The object that holds the task. */
  readonly task: JsonObject | undefined;
}

interface TaskMember {
  readonly kind: TaskKind;
  /** The members that may hold the task, the vendor's first. */
  readonly members: readonly string[];
}

const BLIND_WATERMARK: TaskMember = { kind: 'extract-blind-watermark', members: ['ExtractBlindWatermarkTask'] };

/**
 * EventType → the kind of the task and the member that holds it (ParseNotification, output parameters). LiveScheduleTask is in no
 * document of notifications; its member was seen in bodies.
 */
const BY_EVENT_TYPE: ReadonlyMap<string, TaskMember> = new Map<string, TaskMember>([
  ['WorkflowTask', { kind: 'workflow', members: ['WorkflowTaskEvent'] }],
  ['EditMediaTask', { kind: 'edit-media', members: ['EditMediaTaskEvent'] }],
  ['ScheduleTask', { kind: 'schedule', members: ['ScheduleTaskEvent'] }],
  ['BatchTask', { kind: 'batch', members: ['BatchTaskEvent'] }],
  ['ExtractBlindWatermark', BLIND_WATERMARK],
  ['ExtractBlindWatermarkTask', BLIND_WATERMARK],
  ['LiveScheduleTask', { kind: 'live', members: ['LiveScheduleTaskEvent', 'LiveScheduleTask'] }],
]);

/** TaskType → the kind of the task and the member that holds it (DescribeTaskDetail, DescribeBatchTaskDetail). */
const BY_TASK_TYPE: ReadonlyMap<string, TaskMember> = new Map<string, TaskMember>([
  ['WorkflowTask', { kind: 'workflow', members: ['WorkflowTask'] }],
  ['EditMediaTask', { kind: 'edit-media', members: ['EditMediaTask'] }],
  ['ScheduleTask', { kind: 'schedule', members: ['ScheduleTask'] }],
  ['LiveScheduleTask', { kind: 'live', members: ['LiveScheduleTask'] }],
  ['LiveStreamProcessTask', { kind: 'live', members: ['LiveStreamProcessTask'] }],
  ['ExtractBlindWatermark', BLIND_WATERMARK],
  ['ExtractBlindWatermarkTask', BLIND_WATERMARK],
  ['BatchTask', { kind: 'batch', members: ['BatchTaskResult'] }],
]);

/** Members that only DescribeImageTaskDetail has; its TaskType is the one of a workflow task. */
const IMAGE_MEMBERS = ['ImageProcessTaskResultSet', 'ImageTask'];

/** A member's value; undefined if it is empty. */
export function present(object: JsonObject, name: string): Json | undefined {
  const value = own(object, name);
  return isEmpty(value) ? undefined : value;
}

/** A member's value as text; undefined if it is empty. */
export function presentText(object: JsonObject, name: string): string | undefined {
  const value = present(object, name);
  return value === undefined ? undefined : textOf(contentForm(value));
}

function presentObject(object: JsonObject, name: string): JsonObject | undefined {
  const value = present(object, name);
  return isObject(value) ? value : undefined;
}

/** The task that EventType names. */
export function taskOfEventType(message: JsonObject): NamedTask {
  const named = BY_EVENT_TYPE.get(presentText(message, 'EventType') ?? '');
  return { kind: named?.kind, task: named === undefined ? undefined : firstObject(message, named.members) };
}

/**
 * The task of a response that describes one. If the member that TaskType names is empty and exactly one other known member has a
 * TaskId, it is that one. For an image task it is the response itself.
 */
export function taskOfDetail(message: JsonObject): NamedTask {
  const type = presentText(message, 'TaskType');
  const named = BY_TASK_TYPE.get(type ?? '');
  const task = firstObject(message, named?.members ?? membersFor(type));
  if (task !== undefined) return { kind: named?.kind, task };
  if (isImageDetail(message)) return { kind: 'image', task: message };
  const others = [...new Set(BY_TASK_TYPE.values())].flatMap(({ kind, members }) => {
    const other = firstObject(message, members);
    return other === undefined || present(other, 'TaskId') === undefined ? [] : [{ kind, task: other }];
  });
  const [other] = others;
  return other !== undefined && others.length === 1 ? other : { kind: named?.kind, task: undefined };
}

/** Where the task of an unknown type may be. */
function membersFor(type: string | undefined): readonly string[] {
  return type === undefined ? [] : [type, `${type}Task`];
}

/** Whether a message is the response of DescribeTaskDetail or of its relatives for batches and images. */
export function isDetail(message: JsonObject): boolean {
  return (
    present(message, 'TaskType') !== undefined || isObject(own(message, 'BatchTaskResult')) || isImageDetail(message)
  );
}

function isImageDetail(message: JsonObject): boolean {
  return IMAGE_MEMBERS.some((name) => (own(message, name) ?? null) !== null);
}

function firstObject(message: JsonObject, names: readonly string[]): JsonObject | undefined {
  return names.map((name) => presentObject(message, name)).find((member) => member !== undefined);
}
