import type { SettingSchema } from './setting';

/** Describes the allowed values, in words that follow "it must be": `a whole number from 1 to 65535`. */
export function allowedValues(schema: SettingSchema): string {
  if (schema.allowed !== undefined) return schema.allowed;
  const choices = choicesOf(schema);
  if (choices !== null) return choices.length === 1 ? choices.join() : `one of ${choices.join(', ')}`;
  if (schema.file === true) return 'the path of a file';
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'integer') return `a whole number${bounds(schema.minimum, schema.maximum, '')}`;
  if (schema.type === 'number') return `a number${bounds(schema.minimum, schema.maximum, '')}`;
  if (schema.type === 'array') {
    const least = schema.minItems ? ` with at least ${schema.minItems}` : '';
    return `a comma-separated list${least}${schema.items === undefined ? '' : `, each ${allowedValues(schema.items)}`}`;
  }
  return `text${bounds(schema.minLength, schema.maxLength, ' characters')}`;
}

/** An example of an allowed value as text; null if the schema has neither an example nor a default. */
export function exampleValue(schema: SettingSchema): string | null {
  if (schema.example !== undefined) return schema.example;
  return schema.default === undefined ? null : textOf(schema.default);
}

/** A value as written in an environment variable. */
export function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function choicesOf(schema: SettingSchema): readonly string[] | null {
  if (schema.const !== undefined) return [String(schema.const)];
  if (schema.enum !== undefined) return schema.enum.map(String);
  if (schema.anyOf === undefined) return null;
  const each = schema.anyOf.map(choicesOf);
  return each.some((choices) => choices === null) ? null : each.flatMap((choices) => choices ?? []);
}

function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}${unit}`;
  if (least !== undefined) return ` of at least ${least}${unit}`;
  return most === undefined ? '' : ` of at most ${most}${unit}`;
}
