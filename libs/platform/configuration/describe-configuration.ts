import { allowedValues, exampleValue, textOf } from './allowed-values';
import { settingsOf, type SettingsSchema } from './setting';

/** A setting as documentation shows it. */
export interface SettingDescription {
  readonly name: string;
  readonly description: string;
  /** Which values are right, in words. */
  readonly allowed: string;
  readonly required: boolean;
  /** As written in a variable; null without one. */
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

/** Whether an example shows the default, where there is one. */
export function exampleMatches({ default: preset }: SettingDescription, value: string): boolean {
  return preset === null || preset === value;
}
