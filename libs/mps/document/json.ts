import { isList, isObject, setMember } from '@mps-ledger/tasks';
import type { Json, JsonObject } from '@mps-ledger/tasks';

export { isList, isObject, setMember };
export type { JsonObject };

/** An object's own member; an inherited one such as `constructor` is undefined. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * The value of a member as a list: an array flattened, any other value as a list of one, an absent member as an empty list. So a
 * single object in place of an array is read the same way.
 */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  if (!isList(value)) return [value];
  return value.some(isList) ? value.flatMap(listOf) : value;
}

/** The members of the object that are in `names`. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const name of names) {
    const value = own(object, name);
    if (value !== undefined) setMember(picked, name, value);
  }
  return picked;
}

/** A copy without undefined members, the others in canonical order. Used for evidence and the data of events. */
export function compact<Shape extends object>(shape: Shape): Shape {
  const sorted: Record<string, Json> = {};
  for (const name of Object.keys(shape).sort()) {
    const value = (shape as Record<string, Json | undefined>)[name];
    if (value !== undefined) setMember(sorted, name, value);
  }
  return sorted as Shape;
}
