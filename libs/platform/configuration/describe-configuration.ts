import { allowedValues, exampleValue, textOf } from './allowed-values';
import { settingsOf, type SettingsSchema } from './setting';

/** A setting, described for documentation. */
export interface SettingDescription {
  readonly name: string;
  readonly description: string;
  /** The allowed values in words. */
  readonly allowed: string;
  readonly required: boolean;
  /** The default as written in an environment variable; null if there is none. */
  readonly default: string | null;
  readonly example: string | null;
  readonly secret: boolean;
}

/** All settings of a schema, in its order. */
export function describeConfiguration(schema: SettingsSchema): readonly SettingDescription[] {
  const required = new Set<string>((schema as { required?: readonly string[] }).required ?? []);
  return settingsOf(schema).map(([name, setting]) => ({
    name,
    description: setting.description ?? '',
    allowed: allowedValues(setting),
    required: required.has(name) && setting.default === undefined,
    default: setting.default === undefined ? null : textOf(setting.default),
    example: exampleValue(setting),
    secret: setting.secret === true,
  }));
}

/** Whether a value equals the default; true if there is no default. */
export function exampleMatches({ default: preset }: SettingDescription, value: string): boolean {
  return preset === null || preset === value;
}
