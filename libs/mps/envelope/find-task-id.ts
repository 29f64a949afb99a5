import { isEmpty, isSecret } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { OUTLINE_DEPTH, readBeginning } from '../document/document';
import { isList, isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';
import { mayBeObject, readTextObject } from '../document/text-object';

/**
 * Finds the TaskId that decides the partition of a notification, also inside wrappers. Receive calls it once, before anything is
 * interpreted, and the raw record keeps the result. Frozen: with another rule, one task's records would be in two partitions.
 *
 * The order: the TaskId of the body; of its message (see `messageOf`); of the member that EventType or TaskType names; of any other
 * object, up to four levels of objects and arrays deep, the shallowest first, at one level in the order of JSON.parse. Only if there
 * is none, texts that hold a JSON object, also in base64 (`msgBody` of CMQ, `Message` of SNS), are parsed and searched by the same
 * rule, up to four texts inside one another.
 */
export function findTaskId(body: JsonObject): string | null {
  let bodies: readonly JsonObject[] = [body];
  let openable = MAX_OPENED_TEXTS;
  for (let opened = 0; bodies.length > 0; opened += 1) {
    const texts: string[] = [];
    for (const one of bodies) {
      const taskId = plainTaskId(one, texts, openable);
      if (taskId !== undefined) return taskId;
    }
    if (opened === MAX_NESTED_TEXTS) return null;
    openable -= texts.length;
    bodies = texts.map(objectIn).filter((object) => object !== undefined);
  }
  return null;
}

/** Finds the TaskId in the beginning of a body that is too large to be accepted, if it is there. Never throws. */
export function taskIdInBeginning(bytes: Uint8Array): string | null {
  const body = readBeginning(bytes);
  return body === undefined ? null : findTaskId(body);
}

/** Levels of objects and arrays below a message that are searched. */
const MAX_LEVELS = OUTLINE_DEPTH - 2;
/** How deep texts inside texts are parsed. */
const MAX_NESTED_TEXTS = 4;
/** Texts of one body that are parsed in total: a sender must not be able to raise the cost without bound. */
const MAX_OPENED_TEXTS = 100;
/** UTF-16 code units of a TaskId; the vendor's have about 50. A longer one is not a TaskId, since it would not fit into a record's headers. */
const MAX_TASK_ID_UNITS = 128 * 1024;

/** Whether a value is a TaskId. */
export function isTaskId(value: Json | undefined): value is string {
  return typeof value === 'string' && !isEmpty(value) && value.length <= MAX_TASK_ID_UNITS;
}

/** Whether a member is searched. Members for media, parameters and the customer's session, and secrets, are not. */
export function mayHoldTask(name: string): boolean {
  return !UNSEARCHED_MEMBERS.has(name) && !isSecret(name);
}

const UNSEARCHED_MEMBERS: ReadonlySet<string> = new Set([
  'Input',
  'InputInfo',
  'MetaData',
  'SessionContext',
  'SessionId',
]);

/** The message of a body: its `Response` member if the body has no type, else the body itself. */
export function messageOf(body: JsonObject): JsonObject {
  const response = own(body, 'Response');
  const isForeign = ['EventType', 'NotificationType', 'TaskType'].every((name) => isEmpty(own(body, name)));
  return isForeign && isObject(response) && !isEmpty(response) ? response : body;
}

/** The TaskId of a body outside of texts. Adds texts that may hold a JSON object to `texts`, up to `most` of them. */
function plainTaskId(body: JsonObject, texts: string[], most: number): string | undefined {
  const message = messageOf(body);
  const known = [body, message, ...namedMembers(message)].map(ownTaskId).find(isTaskId);
  if (known !== undefined) return known;
  return (message === body ? undefined : shallowest(message, [], 0)) ?? shallowest(body, texts, most);
}

/** The members that EventType (or TaskType) names in the vendor's ways: `WorkflowTaskEvent`, `WorkflowTask`, `ExtractBlindWatermarkTask`. */
export function namedMembers(message: JsonObject): readonly (Json | undefined)[] {
  const type = [own(message, 'EventType'), own(message, 'TaskType')].find((value) => !isEmpty(value));
  if (typeof type !== 'string') return [];
  return [`${type}Event`, type, `${type}Task`].filter(mayHoldTask).map((name) => own(message, name));
}

function ownTaskId(value: Json | undefined): Json | undefined {
  return isObject(value) ? own(value, 'TaskId') : undefined;
}

type Container = JsonObject | readonly Json[];

/** The shallowest TaskId: level by level, each in the order of the document. */
function shallowest(body: JsonObject, texts: string[], most: number): string | undefined {
  let level: Container[] = [body];
  for (let deep = 0; ; deep += 1) {
    for (const container of level) {
      const taskId = ownTaskId(container);
      if (isTaskId(taskId)) return taskId;
    }
    const below: Container[] = [];
    const visit = (value: Json): void => {
      if (typeof value === 'string') {
        if (texts.length < most && mayBeObject(value)) texts.push(value);
      } else if (typeof value === 'object' && value !== null && deep < MAX_LEVELS) below.push(value);
    };
    for (const container of level) eachMember(container, visit);
    if (below.length === 0) return undefined;
    level = below;
  }
}

/** Calls `visit` for each searched member. It loops and builds no arrays, since a body may have a million members. */
function eachMember(container: Container, visit: (value: Json) => void): void {
  if (isList(container)) for (const element of container) visit(element);
  else for (const name in container) if (mayHoldTask(name)) visit(container[name] ?? null);
}

function objectIn(text: string): JsonObject | undefined {
  const document = readTextObject(text);
  return document.ok ? document.root : undefined;
}
