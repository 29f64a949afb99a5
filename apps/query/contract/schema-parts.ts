import { Type } from 'typebox';
import type { TSchema } from 'typebox';

/** What the schemas of answers are made of. */

export const orNull = <Schema extends TSchema>(schema: Schema, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
export const text = (description: string) => Type.String({ description });
export const textOrNull = (description: string) => orNull(Type.String(), description);
export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const time = (description: string) => Type.String({ format: 'date-time', description });
export const flag = (description: string) => Type.Boolean({ description });
/** An object of the provider. */
export const verbatim = (description: string) =>
  Type.Unknown({
    description: `${description}, as the provider gave it, without null and without members that hold a secret; null where the provider sent none`,
  });
/** One of the named schemas. */
export const ref = (name: string) => Type.Ref(`#/components/schemas/${name}`);

export const NEXT_CURSOR = textOrNull('Give it as cursor for the next page; null at the end');

/** A page of a list. `fields`: the schema of an item of which only some members were asked for. */
export const page = (item: string, fields?: string) =>
  Type.Object({
    items: Type.Array(fields === undefined ? ref(item) : Type.Union([ref(item), ref(fields)])),
    next_cursor: NEXT_CURSOR,
  });
