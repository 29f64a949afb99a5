import type { Json } from '@mps-ledger/tasks';

import { isList, isObject, setMember } from '../document/json';
import type { JsonObject } from '../document/json';

/** Members of an element that only say which subtask it holds. */
const LABELS: ReadonlySet<string> = new Set(['Type', 'ActivityType']);

/**
 * What is left of a value without the objects in `taken`, which are subtasks of their own; undefined where nothing is left
 * but the labels of what was taken. Where nothing was taken out, the value itself. `rebuilt` is told of each object and
 * array that was made anew.
 */
export function remainder(
  value: Json,
  taken: ReadonlySet<Json>,
  rebuilt: (from: object, to: object) => void,
): Json | undefined {
  if (taken.has(value)) return undefined;
  const left = (inner: Json) => remainder(inner, taken, rebuilt);
  if (isList(value)) return leftOfList(value, left, rebuilt);
  return isObject(value) ? leftOfObject(value, left, rebuilt) : value;
}

type Left = (value: Json) => Json | undefined;

function leftOfList(value: readonly Json[], left: Left, rebuilt: (from: object, to: object) => void): Json | undefined {
  const elements = value.map(left);
  if (elements.every((element, at) => element === value[at])) return value;
  const kept = elements.filter((element) => element !== undefined);
  if (kept.every(isBare)) return undefined;
  rebuilt(value, kept);
  return kept;
}

function leftOfObject(value: JsonObject, left: Left, rebuilt: (from: object, to: object) => void): Json | undefined {
  const members: Record<string, Json> = {};
  let changed = false;
  for (const name of Object.keys(value)) {
    const given = value[name] ?? null;
    const member = left(given);
    if (member !== given) changed = true;
    if (member !== undefined) setMember(members, name, member);
  }
  if (!changed) return value;
  if (Object.keys(members).every((name) => LABELS.has(name))) return undefined;
  rebuilt(value, members);
  return members;
}

function isBare(element: Json): boolean {
  return element === null || (isObject(element) && Object.keys(element).length === 0);
}

/** Whether an element says nothing but which subtask it would hold. */
export function isLabelOnly(element: JsonObject): boolean {
  return Object.keys(element).every((name) => LABELS.has(name));
}
