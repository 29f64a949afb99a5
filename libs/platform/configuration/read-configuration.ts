import { Ajv, type ErrorObject } from 'ajv';

import { allowedValues, exampleValue } from './allowed-values';
import { ConfigurationError, type ConfigurationMistake } from './configuration-error';
import { databaseUrlProblems } from './database-url';
import { fileProblem, givenValues, rawValue, type Environment, type GivenValue } from './given-values';
import { OUR_KEYWORDS, settingsOf, type SettingSchema, type Settings, type SettingsSchema } from './setting';
import { withoutServiceLinks } from './service-links';
import { nearest, unknownNames } from './unknown-names';
import { withoutCredentials } from './without-credentials';

export interface ReadConfigurationOptions<S extends SettingsSchema> {
  /** The program's name, for the error message. */
  readonly app: string;
  /** Unknown variables with one of these prefixes are errors; of all others, only misspelled setting names are. Default: none. */
  readonly prefixes?: readonly string[];
  /** Called for each variable that resembles a setting, but may belong to another program. */
  readonly onWarning?: (doubt: ConfigurationMistake) => void;
  /** All settings of other programs in the same environment. Default: not known; then only similar names are errors. */
  readonly alsoKnown?: readonly string[];
  /** Rules over several settings. Its argument contains the valid settings, defaults included. */
  readonly check?: (config: Partial<Settings<S>>) => readonly ConfigurationMistake[];
}

/**
 * Reads a program's settings from environment variables, each also as `NAME_FILE` (a file that holds the value).
 * Throws one `ConfigurationError` that lists all errors.
 */
export function readConfiguration<S extends SettingsSchema>(
  schema: S,
  environment: Environment,
  options: ReadConfigurationOptions<S>,
): Settings<S> {
  const env = withoutServiceLinks(environment);
  const given = givenValues(schema, env);
  const known = { own: settingsOf(schema).map(([name]) => name), others: options.alsoKnown };
  const checked = validated(schema, given.values, env, new Set(given.mistakes.map(({ key }) => settingOf(key))));
  const single = [...given.mistakes, ...checked.mistakes];
  // An invalid setting is not passed to `check`, which would report it as missing too.
  const reported = new Set(single.map(({ key }) => settingOf(key)));
  const between = (options.check?.(checked.config as Partial<Settings<S>>) ?? []).filter(
    ({ key }) => !reported.has(key),
  );
  const unknown = unknownNames(env, options.prefixes ?? [], known);
  const mistakes = [...single, ...between, ...unknown.mistakes];
  if (mistakes.length > 0) throw new ConfigurationError(options.app, mistakes);
  unknown.warnings.forEach((doubt) => options.onWarning?.(doubt));
  return Object.freeze(checked.config) as Settings<S>;
}

/** The setting of a variable: `NAME_FILE` belongs to `NAME`. */
function settingOf(variable: string): string {
  return variable.replace(/_FILE$/, '');
}

interface Checked {
  readonly config: Record<string, unknown>;
  readonly mistakes: readonly ConfigurationMistake[];
}

function validated(
  schema: SettingsSchema,
  values: ReadonlyMap<string, GivenValue>,
  env: Environment,
  excused: ReadonlySet<string>,
): Checked {
  const settings = new Map(settingsOf(schema));
  const config: Record<string, unknown> = {};
  for (const [name, setting] of settings) {
    const value = values.get(name);
    if (value !== undefined) config[name] = rawValue(setting, value.text);
  }
  const wrong = new Set(mistakenNames(validate(schema, config)).filter((name) => !excused.has(name)));
  const mistakes = [...wrong].map((name) => mistakeOf(name, settings.get(name) ?? {}, values.get(name), env));
  const right = Object.entries(config).filter(([name]) => !wrong.has(name) && !excused.has(name));
  return { config: Object.fromEntries(right), mistakes: [...mistakes, ...unusableValues(settings, right)] };
}

/** The first line of a PEM certificate. Node accepts any text as a certificate, and then trusts no server. */
const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/** Finds values that name a file or database that cannot be used. */
function unusableValues(
  settings: ReadonlyMap<string, SettingSchema>,
  config: readonly (readonly [string, unknown])[],
): ConfigurationMistake[] {
  return config.flatMap(([key, value]) => {
    const { file, databaseUrl } = settings.get(key) ?? {};
    if (typeof value !== 'string') return [];
    if (databaseUrl === true) return databaseUrlProblems(value).map((message) => ({ key, message }));
    if (file === undefined) return [];
    const problem = fileProblem(value, file === 'certificates' ? CERTIFICATE : '');
    return problem === null ? [] : [{ key, message: `names ${shownText(value)}, ${problem}.` }];
  });
}

/** Validates `config`, and fills in defaults. */
function validate(schema: SettingsSchema, config: Record<string, unknown>): readonly ErrorObject[] {
  // Specs validate the schemas themselves; doing it here would add 20 ms to each start.
  const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: true, strictTypes: false, validateSchema: false });
  ajv.addVocabulary([...OUR_KEYWORDS]);
  const check = ajv.compile(schema);
  return check(config) ? [] : (check.errors ?? []);
}

function mistakenNames(errors: readonly ErrorObject[]): string[] {
  const names = errors.map(({ instancePath, params }) =>
    instancePath === ''
      ? String((params as { missingProperty?: unknown }).missingProperty)
      : String(instancePath.split('/')[1]),
  );
  return [...new Set(names)];
}

function mistakeOf(
  key: string,
  schema: SettingSchema,
  value: GivenValue | undefined,
  env: Environment,
): ConfigurationMistake {
  const example = exampleValue(schema);
  const right = `${allowedValues(schema)}${example === null || schema.secret === true ? '' : `, for example ${example}`}`;
  if (value !== undefined) return { key, message: `${shown(schema, value)} is not right; it must be ${right}.` };
  const near = nearest(
    key,
    Object.keys(env).filter((name) => env[name] !== undefined && name !== key),
  );
  return {
    key,
    message: `is missing; it must be ${right}.${near === null ? '' : ` (${near} is set: is that meant?)`}`,
  };
}

function shown(schema: SettingSchema, { text, file }: GivenValue): string {
  const from = file === null ? '' : ` (from the file ${shownText(file)})`;
  if (schema.secret === true) return `(its value is not shown)${from}`;
  return `= ${shownText(text)}${from}`;
}

/** A value for messages, shortened. Credentials are masked before, as a password may be long. */
function shownText(text: string): string {
  const masked = withoutCredentials(text);
  return JSON.stringify(masked.length > 80 ? `${masked.slice(0, 80)}…` : masked);
}
