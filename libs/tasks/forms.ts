import { isList, isObject, setMember } from './json';
import type { Json, JsonObject } from './json';

/** Names of members that hold a secret of the customer, at any depth. They are recognised by name only. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'S3SecretId',
  'S3SecretKey',
  'NotifyKey',
  'SecretId',
  'SecretKey',
]);

/** Whether a member is a secret, which is dropped when a notification is read. */
export function isSecret(name: string): boolean {
  return SECRET_MEMBERS.has(name);
}

/** The time that MPS writes for something that has not happened yet. */
const ZERO_TIME = '0000-00-00T00:00:00Z';

/** Callbacks for numbers that cannot be kept exactly as the bytes spell them. */
export interface NumberLossHandlers {
  /** A number beyond the range of a double (1e400) was dropped; `within` is the object or array of the content form. */
  readonly notFinite?: (within: object, member: string) => void;
  /** An integer beyond 2^53 was rounded when it was parsed. */
  readonly inexact?: () => void;
}

/**
 * The content form of a value that `JSON.parse` returned, as events carry it: members in canonical order, without secrets, null
 * and numbers that are not finite (in an array such a number becomes null, since positions matter). Everything else stays as the
 * provider gave it: 0, false, "" and [] are results. Frozen under `mps1`.
 *
 * Recursive: the caller must have bounded the depth.
 */
export function contentForm(value: JsonObject, odd?: NumberLossHandlers): JsonObject;
export function contentForm(value: Json, odd?: NumberLossHandlers): Json;
export function contentForm(value: Json, odd: NumberLossHandlers = {}): Json {
  if (isList(value)) return contentOfList(value, odd);
  if (isObject(value)) return contentOfObject(value, odd);
  return typeof value === 'number' ? (finite(value, odd) ?? null) : value;
}

function contentOfObject(value: JsonObject, odd: NumberLossHandlers): JsonObject {
  const content: Record<string, Json> = {};
  for (const name of Object.keys(value).sort()) {
    const given = value[name] ?? null;
    if (given === null || SECRET_MEMBERS.has(name)) continue;
    const member = typeof given === 'number' ? finite(given, odd) : contentForm(given, odd);
    if (member === undefined) odd.notFinite?.(content, name);
    else setMember(content, name, member);
  }
  return content;
}

function contentOfList(value: readonly Json[], odd: NumberLossHandlers): readonly Json[] {
  const content: Json[] = [];
  for (const given of value) {
    const element = typeof given === 'number' ? finite(given, odd) : contentForm(given, odd);
    if (element === undefined) odd.notFinite?.(content, String(content.length));
    content.push(element ?? null);
  }
  return content;
}

/** The number, with -0 as 0; undefined if it is not finite. */
function finite(value: number, odd: NumberLossHandlers): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) odd.inexact?.();
  return value === 0 ? 0 : value;
}

/**
 * The key form of a value in content form. Keys are computed from it, and two values with equal key forms count as the same.
 * Members that are "", 0, false, [], {} or the zero time are dropped, innermost first, since some transports write defaults and
 * others omit them. Elements of arrays stay, since positions matter; but an array that holds only {} is empty. Frozen under `mps1`.
 */
export function keyForm(value: Json): Json {
  if (isList(value)) {
    const elements = value.map(keyForm);
    return elements.every(isBareObject) ? [] : elements;
  }
  if (!isObject(value)) return value;
  const key: Record<string, Json> = {};
  for (const name of Object.keys(value).sort()) {
    const member = keyForm(value[name] ?? null);
    if (!isEmpty(member)) setMember(key, name, member);
  }
  return key;
}

function isBareObject(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** The key form as text: equal for two values exactly if their key forms are equal. */
export function keyText(value: Json): string {
  return JSON.stringify(keyForm(value));
}

/**
 * Whether a member is empty in key form, so that it counts as absent. The result is the same for a parsed value and for its
 * content form.
 */
export function isEmpty(value: Json | undefined): boolean {
  if (isList(value)) return value.every((element) => isObject(element) && isEmpty(element));
  if (isObject(value)) return Object.keys(value).every((name) => SECRET_MEMBERS.has(name) || isEmpty(value[name]));
  if (typeof value === 'number') return value === 0 || !Number.isFinite(value);
  return value === undefined || value === null || value === '' || value === false || value === ZERO_TIME;
}
