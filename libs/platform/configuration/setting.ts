import type { Static, TObject } from 'typebox';

/** A schema of settings: one property for each environment variable. */
export type SettingsSchema = TObject;

type Scalar = string | number | boolean;

/**
 * The settings as a program uses them: typed, with defaults. The annotation `in out` saves the compiler three seconds of inference.
 */
export type Settings<in out S extends SettingsSchema> = { readonly [K in keyof Static<S>]: Static<S>[K] };

/**
 * The parts of a setting's JSON Schema that this library reads. Besides keywords of JSON Schema there are five of ours:
 * `secret` (the value is never shown), `allowed` (the allowed values in words, if the schema does not describe them well),
 * `example` (one allowed value, as text), `file` (the value is the path of a file that must be readable, or also contain
 * certificates) and `databaseUrl` (the value is a Postgres URL, of which the client must support every part).
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

/** Our keywords, for a validator that rejects unknown ones. */
export const OUR_KEYWORDS = ['secret', 'allowed', 'example', 'file', 'databaseUrl'] as const;

/** Name and schema of each setting, in the schema's order. */
export function settingsOf(schema: SettingsSchema): readonly (readonly [string, SettingSchema])[] {
  return Object.entries(schema.properties as Record<string, SettingSchema>);
}
