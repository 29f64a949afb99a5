import type { Json } from '@mps-ledger/tasks';

export type JsonObject = { readonly [member: string]: Json };

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

/** Sets a member, whatever its name: assigning to `__proto__` would do something else. */
export function setMember(object: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else object[name] = value;
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

/** A copy without its undefined members, the others in canonical order: the data of an event. */
export function compact<Shape extends object>(shape: Shape): Shape {
  const members = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))) as Shape;
}
