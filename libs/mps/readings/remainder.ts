import type { Json } from '@mps-ledger/tasks';

import { isList, isObject, setMember } from '../document/json';
import type { JsonObject } from '../document/json';

/** Members of an element that only name the subtask in it. */
const LABELS: ReadonlySet<string> = new Set(['Type', 'ActivityType']);

/**
 * A value without the objects in `taken`, which are subtasks of their own. Undefined if only labels of these remain; the value
 * itself if nothing was removed. `rebuilt` is called for each object and array that was copied.
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

/** Whether an element only names the subtask that it would hold. */
export function isLabelOnly(element: JsonObject): boolean {
  return Object.keys(element).every((name) => LABELS.has(name));
}
