import type { Static, TObject } from 'typebox';

/** A schema of settings: one property for each environment variable. */
export type SettingsSchema = TObject;

type Scalar = string | number | boolean;

/**
 * The settings as a program uses them: typed, defaults filled in. `in out` is said because the compiler would take three
 * seconds to find it out.
 */
export type Settings<in out S extends SettingsSchema> = { readonly [K in keyof Static<S>]: Static<S>[K] };

/**
 * What this library reads of a setting's JSON Schema. Beside JSON Schema's own keywords there are five of ours:
 * `secret` (its value is never shown), `allowed` (which values are right, in words, where the schema says it badly),
 * `example` (one right value, as text), `file` (the value is the path of a file that must be readable, or hold
 * certificates besides) and `databaseUrl` (the value is a URL of Postgres that the client must honour as a whole).
 */
export interface SettingSchema {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly Scalar[];
  readonly const?: Scalar;
  readonly anyOf?: readonly SettingSchema[];
  readonly items?: SettingSchema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly secret?: boolean;
  readonly allowed?: string;
  readonly example?: string;
  readonly file?: true | 'certificates';
  readonly databaseUrl?: true;
}

/** The keywords of ours, for a validator that refuses unknown ones. */
export const OUR_KEYWORDS = ['secret', 'allowed', 'example', 'file', 'databaseUrl'] as const;

/** Name and schema of each setting, in the schema's order. */
export function settingsOf(schema: SettingsSchema): readonly (readonly [string, SettingSchema])[] {
  return Object.entries(schema.properties as Record<string, SettingSchema>);
}
