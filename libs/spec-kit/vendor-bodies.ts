import type { Json, JsonObject } from '@mps-ledger/tasks';

import { HOLDERS } from './vendor-holders';
import type { Root } from './vendor-holders';
import { hasStatus } from './vendor-types';
import type { VendorHolder, VendorMember, VendorTypes } from './vendor-types';

/** How the members that lead to no holder are written. */
export interface Spelling {
  /** `null`: siblings of a holder are null; `full`: every optional member has a value, and other holders are SUCCESS. */
  readonly siblings: 'null' | 'full';
  /** Numbers are written as text. */
  readonly asText?: boolean;
  /** A list has this many elements, the holder in the last; the others are SUCCESS. */
  readonly elements?: number;
}

export interface VendorBody {
  readonly root: Root;
  readonly holder: VendorHolder;
  /** The Status of the holder. */
  readonly status: string;
  /** The Status of the task and of what contains the holder. */
  readonly taskStatus: string;
  readonly spelling: Spelling;
}

/** TaskType and EventType by the member that holds the task. */
const TYPES: Readonly<Record<string, JsonObject>> = {
  WorkflowTaskEvent: { EventType: 'WorkflowTask' },
  EditMediaTaskEvent: { EventType: 'EditMediaTask' },
  ScheduleTaskEvent: { EventType: 'ScheduleTask' },
  BatchTaskEvent: { EventType: 'BatchTask', TaskId: 't-1' },
  BatchTaskResult: { TaskType: 'BatchTask' },
  WorkflowTask: { TaskType: 'WorkflowTask' },
  EditMediaTask: { TaskType: 'EditMediaTask' },
  ScheduleTask: { TaskType: 'ScheduleTask' },
  LiveScheduleTask: { TaskType: 'LiveScheduleTask' },
  LiveStreamProcessTask: { TaskType: 'LiveStreamProcessTask' },
  // The vendor's image tasks have no TaskId.
  ImageProcessTaskResultSet: { TaskType: 'WorkflowTask', TaskId: 't-1' },
};

/** A body of the vendor's types in which one holder has one Status. Of the members of the root only the one on the way has a value. */
export function bodyWith(types: VendorTypes, given: VendorBody): JsonObject {
  const [first] = given.holder.path;
  if (first === undefined) return {};
  const named = first.name === 'ExtractBlindWatermarkTask' ? watermarkType(given.root) : TYPES[first.name];
  const nulls = Object.fromEntries((types.get(given.root) ?? []).map(({ name }) => [name, null]));
  const body = { ...nulls, ...named, SessionId: 's-1', [first.name]: makeMember(types, given, 0) };
  const isDetail = given.root !== 'ParseNotificationResponse';
  if (!isDetail) return body;
  const id: JsonObject = given.root === 'DescribeBatchTaskDetailResponse' ? { TaskId: 't-1' } : {};
  return { ...body, ...id, Status: given.taskStatus, ErrCode: 0, ErrMsg: '' };
}

function watermarkType(root: Root): JsonObject {
  return root === 'ParseNotificationResponse'
    ? { EventType: 'ExtractBlindWatermark' }
    : { TaskType: 'ExtractBlindWatermark' };
}

/** The value of the member of the way with this number: an object that has the next one, or the holder itself. */
function makeMember(types: VendorTypes, given: VendorBody, at: number): Json {
  const { holder, spelling } = given;
  const member = holder.path[at];
  if (member === undefined) return null;
  const isLast = at === holder.path.length - 1;
  const next = holder.path[at + 1];
  const members = (types.get(member.type) ?? []).map((one): [string, Json] => [
    one.name,
    one === next ? makeMember(types, given, at + 1) : sibling(types, one, spelling, isLast),
  ]);
  const made = { ...Object.fromEntries(members), ...stateOf(types, given, at), ...labelOf(next) };
  if (!member.isList) return made;
  const others = Array.from({ length: (spelling.elements ?? 1) - 1 }, () => filled(types, member.type, spelling, 0));
  return [...others, made];
}

/** Status, TaskId and the error of what is on the way. */
function stateOf(types: VendorTypes, { holder, status, taskStatus }: VendorBody, at: number): JsonObject {
  const { type } = holder.path[at] as VendorMember;
  if (!hasStatus(types, type)) return {};
  const has = (name: string): boolean => types.get(type)?.some((one) => one.name === name) === true;
  const isTask = has('TaskId');
  const isLast = at === holder.path.length - 1;
  const failed = isLast && status === 'FAIL';
  const error: Record<string, Json> = {};
  if (has('ErrCode')) error['ErrCode'] = failed ? FAILURE.ErrCode : 0;
  for (const name of ['ErrCodeExt', 'ErrMsg']) if (has(name)) error[name] = failed ? FAILURE.ErrCodeExt : '';
  if (isTask) return { ...error, TaskId: 't-1', Status: isLast && status === 'PROCESSING' ? status : taskStatus };
  return { ...error, Status: isLast ? status : taskStatus === 'FINISH' ? 'SUCCESS' : taskStatus };
}

/** The error of a holder that is FAIL. */
export const FAILURE = { ErrCode: 30010, ErrCodeExt: 'InternalError.Made' } as const;

/** The Type of an element, by the holder that it has. */
function labelOf(next: VendorMember | undefined): JsonObject {
  if (next === undefined || !/Task$/.test(next.name)) return {};
  const [reading] = Object.entries(HOLDERS).flatMap(([edge, one]) =>
    edge.endsWith(`Result.${next.name}`) ? [one] : [],
  );
  return reading !== undefined && 'kind' in reading ? { Type: reading.kind.replace(/^Ai\w+\.|^Smart\w+\./, '') } : {};
}

function sibling(types: VendorTypes, member: VendorMember, spelling: Spelling, ofHolder: boolean): Json {
  if (spelling.siblings === 'null' && !ofHolder)
    return types.has(member.type) || member.isList ? null : scalar(member, spelling);
  return valueOf(types, member, spelling, 0);
}

/** How deep generated objects are; the vendor's types refer to one another. */
const MAX_LEVELS = 4;

function valueOf(types: VendorTypes, member: VendorMember, spelling: Spelling, level: number): Json {
  if (!types.has(member.type)) return member.isList ? [scalar(member, spelling)] : scalar(member, spelling);
  if (level > MAX_LEVELS) return null;
  const value = filled(types, member.type, spelling, level + 1);
  return member.isList ? [value] : value;
}

/** An object of a type with every member; one with a Status is well. */
function filled(types: VendorTypes, type: string, spelling: Spelling, level: number): JsonObject {
  const members = (types.get(type) ?? []).map((one): [string, Json] => [
    one.name,
    valueOf(types, one, spelling, level),
  ]);
  return { ...Object.fromEntries(members), ...(hasStatus(types, type) ? WELL : {}) };
}

const WELL: JsonObject = {
  Status: 'SUCCESS',
  ErrCode: 0,
  ErrCodeExt: '',
  ErrMsg: '',
  Message: 'SUCCESS',
  Progress: 100,
};

function scalar({ name, type }: VendorMember, { asText = false }: Spelling): Json {
  if (type === 'boolean') return true;
  if (type !== 'number') return /Time$/.test(name) ? '2026-11-20T08:00:05Z' : `made ${name}`;
  return asText ? '7' : 7;
}
