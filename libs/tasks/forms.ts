import { isList, isObject, setMember } from './json';
import type { Json, JsonObject } from './json';

/** Members that hold a secret of the customer's, wherever they stand: known by their names, and by nothing else. */
const SECRETS: ReadonlySet<string> = new Set(['S3SecretId', 'S3SecretKey', 'NotifyKey', 'SecretId', 'SecretKey']);

/** Whether a member is left out of all that is read of a notification. */
export function isSecret(name: string): boolean {
  return SECRETS.has(name);
}

/** What MPS writes where something has not happened yet. */
const ZERO_TIME = '0000-00-00T00:00:00Z';

/** Told of numbers that cannot be carried as the exact bytes spell them. */
export interface OddNumbers {
  /** A number beyond any double (1e400) was left out; `within` is the object or array of the content form. */
  readonly notFinite?: (within: object, member: string) => void;
  /** An integer beyond 2^53 was rounded when it was parsed. */
  readonly inexact?: () => void;
}

/**
 * The content form of a value that `JSON.parse` gave, which is what events carry: members in canonical order, without
 * secrets, without null and without numbers that are not finite (null in an array, where the place means something). All
 * else is as the provider gave it: 0, false, "" and [] are results. Frozen under `mps1`.
 *
 * Recurses: the depth must have been bounded before.
 */
export function contentForm(value: JsonObject, odd?: OddNumbers): JsonObject;
export function contentForm(value: Json, odd?: OddNumbers): Json;
export function contentForm(value: Json, odd: OddNumbers = {}): Json {
  if (isList(value)) return contentOfList(value, odd);
  if (isObject(value)) return contentOfObject(value, odd);
  return typeof value === 'number' ? (finite(value, odd) ?? null) : value;
}

function contentOfObject(value: JsonObject, odd: OddNumbers): JsonObject {
  const content: Record<string, Json> = {};
  for (const name of Object.keys(value).sort()) {
    const given = value[name] ?? null;
    if (given === null || SECRETS.has(name)) continue;
    const member = typeof given === 'number' ? finite(given, odd) : contentForm(given, odd);
    if (member === undefined) odd.notFinite?.(content, name);
    else setMember(content, name, member);
  }
  return content;
}

function contentOfList(value: readonly Json[], odd: OddNumbers): readonly Json[] {
  const content: Json[] = [];
  for (const given of value) {
    const element = typeof given === 'number' ? finite(given, odd) : contentForm(given, odd);
    if (element === undefined) odd.notFinite?.(content, String(content.length));
    content.push(element ?? null);
  }
  return content;
}

/** The number, with one zero only; undefined where it is not finite. */
function finite(value: number, odd: OddNumbers): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) odd.inexact?.();
  return value === 0 ? 0 : value;
}

/**
 * The key form of a value in content form: what keys are made of, and what decides whether two values are the same. Members
 * that are "", 0, false, [], {} or the zero time are left out, from the innermost outwards, since one transport spells
 * defaults out and another leaves them out. Elements of arrays stay, since a place means something; but an array of
 * nothing but {} is empty. Frozen under `mps1`.
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

/** Text that two values share exactly where their key forms are equal. */
export function keyText(value: Json): string {
  return JSON.stringify(keyForm(value));
}

/**
 * Whether nothing is left of a member in key form, so that it counts as absent. Answers the same for a value as parsed and
 * for its content form.
 */
export function isEmpty(value: Json | undefined): boolean {
  if (isList(value)) return value.every((element) => isObject(element) && isEmpty(element));
  if (isObject(value)) return Object.keys(value).every((name) => SECRETS.has(name) || isEmpty(value[name]));
  if (typeof value === 'number') return value === 0 || !Number.isFinite(value);
  return value === undefined || value === null || value === '' || value === false || value === ZERO_TIME;
}
