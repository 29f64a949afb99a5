import { isList, isObject, setMember } from '@mps-ledger/tasks';
import type { Json, JsonObject } from '@mps-ledger/tasks';

export { isList, isObject, setMember };
export type { JsonObject };

/** An object's own member, also for names such as `constructor`, which every object seems to have. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * What a member holds, as a list: an array's elements (arrays inside arrays opened up), anything else as a list of one,
 * nothing as the empty list. So an object where an array is usual, and the reverse, read alike.
 */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  if (!isList(value)) return [value];
  return value.some(isList) ? value.flatMap(listOf) : value;
}

/** The members of `names` that the object has. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const name of names) {
    const value = own(object, name);
    if (value !== undefined) setMember(picked, name, value);
  }
  return picked;
}

/** A copy without its undefined members, the others in canonical order: evidence, and the data of an event. */
export function compact<Shape extends object>(shape: Shape): Shape {
  const sorted: Record<string, Json> = {};
  for (const name of Object.keys(shape).sort()) {
    const value = (shape as Record<string, Json | undefined>)[name];
    if (value !== undefined) setMember(sorted, name, value);
  }
  return sorted as Shape;
}
