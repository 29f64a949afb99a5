import { isEmpty, isSecret } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { OUTLINE_DEPTH, readBeginning, readDocument, readText } from '../document/document';
import { isList, isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';

/**
 * Finds the TaskId that a notification is placed by, whatever it is wrapped in. Receive asks once, before anything is interpreted;
 * the raw record keeps the answer. Frozen: with another rule, one task's records would be in two partitions.
 *
 * The body's own TaskId comes first; then that of its message (out of `Response` where nothing else says what the body is), of the
 * member that EventType or TaskType names, and of any other object, up to four levels of objects and arrays deep: the shallowest, and
 * of those the first in the order that JSON.parse keeps. Only where there is none are texts opened that hold a JSON object, also in
 * base64 (`msgBody` of CMQ, `Message` of SNS), and searched by the same rule; in them those that they hold, four texts deep.
 */
export function findTaskId(body: JsonObject): string | null {
  let bodies: readonly JsonObject[] = [body];
  let openable = MOST_TEXTS;
  for (let opened = 0; bodies.length > 0; opened += 1) {
    const texts: string[] = [];
    for (const one of bodies) {
      const taskId = plainTaskId(one, texts, openable);
      if (taskId !== undefined) return taskId;
    }
    if (opened === WRAPPERS) return null;
    openable -= texts.length;
    bodies = texts.map(objectIn).filter((object) => object !== undefined);
  }
  return null;
}

/** The same of a body's exact bytes; null also for what is no notification. Never throws. */
export function taskIdIn(bytes: Uint8Array): string | null {
  const document = readDocument(bytes);
  return document.ok ? findTaskId(document.root) : null;
}

/** The same of the beginning of a body that is too large to be taken, as far as it tells. Never throws. */
export function taskIdInBeginning(bytes: Uint8Array): string | null {
  const body = readBeginning(bytes);
  return body === undefined ? null : findTaskId(body);
}

/** Levels of objects and arrays below a message. */
const LEVELS = OUTLINE_DEPTH - 2;
/** Texts inside one another that are opened. */
const WRAPPERS = 4;
/** Texts of one body that are opened, all told: what a body costs must not hang on who sends it. */
const MOST_TEXTS = 100;
/** Code units of a TaskId; the vendor's have some 50. A longer one names no task: it would not fit beside its body in a record. */
const MOST_UNITS = 128 * 1024;

/** Whether a value names a task. */
export function isTaskId(value: Json | undefined): value is string {
  return typeof value === 'string' && !isEmpty(value) && value.length <= MOST_UNITS;
}

/** Whether a member is searched: not what describes media and parameters, what the customer passes through, or a secret. */
export function mayHoldTask(name: string): boolean {
  return !CLOSED.has(name) && !isSecret(name);
}

const CLOSED: ReadonlySet<string> = new Set(['Input', 'InputInfo', 'MetaData', 'SessionContext', 'SessionId']);

/** The message of a body: its `Response`, where nothing else says what it is. */
export function messageOf(body: JsonObject): JsonObject {
  const response = own(body, 'Response');
  const isForeign = ['EventType', 'NotificationType', 'TaskType'].every((name) => isEmpty(own(body, name)));
  return isForeign && isObject(response) && !isEmpty(response) ? response : body;
}

/** Where no text is opened. Adds the body's texts that may be, up to `most`, to those of others. */
function plainTaskId(body: JsonObject, texts: string[], most: number): string | undefined {
  const message = messageOf(body);
  const known = [body, message, ...namedMembers(message)].map(ownTaskId).find(isTaskId);
  if (known !== undefined) return known;
  return (message === body ? undefined : shallowest(message, [], 0)) ?? shallowest(body, texts, most);
}

/** What EventType (or TaskType) names, by the vendor's ways of naming: `WorkflowTaskEvent`, `WorkflowTask`, `ExtractBlindWatermarkTask`. */
function namedMembers(message: JsonObject): readonly (Json | undefined)[] {
  const type = [own(message, 'EventType'), own(message, 'TaskType')].find((value) => !isEmpty(value));
  if (typeof type !== 'string') return [];
  return [`${type}Event`, type, `${type}Task`].filter(mayHoldTask).map((name) => own(message, name));
}

function ownTaskId(value: Json | undefined): Json | undefined {
  return isObject(value) ? own(value, 'TaskId') : undefined;
}

type Container = JsonObject | readonly Json[];

/** Level by level, each in the order of the document. */
function shallowest(body: JsonObject, texts: string[], most: number): string | undefined {
  let level: Container[] = [body];
  for (let deep = 0; ; deep += 1) {
    for (const container of level) {
      const taskId = ownTaskId(container);
      if (isTaskId(taskId)) return taskId;
    }
    const below: Container[] = [];
    const look = (value: Json): void => {
      if (typeof value === 'string') {
        if (texts.length < most && mayBeObject(value)) texts.push(value);
      } else if (typeof value === 'object' && value !== null && deep < LEVELS) below.push(value);
    };
    for (const container of level) eachMember(container, look);
    if (below.length === 0) return undefined;
    level = below;
  }
}

/** Loops in place of lists of lists: a body may have a million members. */
function eachMember(container: Container, look: (value: Json) => void): void {
  if (isList(container)) for (const element of container) look(element);
  else for (const name in container) if (mayHoldTask(name)) look(container[name] ?? null);
}

/** By its first characters: an expression that goes over megabytes can exhaust the engine's stack. */
function mayBeObject(text: string): boolean {
  return isJsonObject(text) || BASE64_OF_OBJECT.test(text.slice(0, 64));
}

function isJsonObject(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** What base64 makes of a text that begins with `{`, in either alphabet. */
const BASE64_OF_OBJECT = /^e[w-z0-9+/_-][\w+/=\s-]+$/;

function objectIn(text: string): JsonObject | undefined {
  const document = isJsonObject(text) ? readText(text) : readDocument(bytesOfBase64(text));
  return document.ok ? document.root : undefined;
}

/** No bytes for what is no base64. */
function bytesOfBase64(text: string): Uint8Array {
  try {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return new Uint8Array();
  }
}
