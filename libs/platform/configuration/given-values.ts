import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import type { ConfigurationMistake } from './configuration-error';
import { settingsOf, type SettingSchema, type SettingsSchema } from './setting';
import { withoutCredentials } from './without-credentials';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Maximum size of a file that a setting names. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The text of a setting, and its origin: the variable itself (null), or the file that `NAME_FILE` names. */
export interface GivenValue {
  readonly text: string;
  readonly file: string | null;
}

export interface GivenValues {
  readonly values: ReadonlyMap<string, GivenValue>;
  readonly mistakes: readonly ConfigurationMistake[];
}

/** The name of the variable that may name a file with the value; null for a setting that is itself the path of a file. */
export function fileVariable(name: string): string | null {
  return name.endsWith('_FILE') ? null : `${name}_FILE`;
}

/**
 * Collects the text of each setting of the schema. An empty variable counts as unset (compose files create such variables). Line
 * ends at the end of a file are not part of the value.
 */
export function givenValues(schema: SettingsSchema, env: Environment): GivenValues {
  const values = new Map<string, GivenValue>();
  const mistakes: ConfigurationMistake[] = [];
  for (const [name, { secret = false }] of settingsOf(schema)) {
    const text = env[name] || undefined;
    const fileName = fileVariable(name);
    const file = fileName === null ? undefined : env[fileName] || undefined;
    if (text !== undefined && file !== undefined) {
      mistakes.push({ key: name, message: `and ${name}_FILE are both set; keep one of them.` });
    } else if (file !== undefined) {
      const read = readValue(file);
      if ('text' in read) values.set(name, { text: read.text, file });
      else mistakes.push({ key: `${name}_FILE`, message: `names ${shownFile(file, secret)}, ${read.problem}.` });
    } else if (text !== undefined) {
      values.set(name, { text, file: null });
    }
  }
  return { values, mistakes };
}

/** The path of a file for messages. For a secret it is shown only if it is certainly a path, and not the secret itself. */
function shownFile(file: string, isSecret: boolean): string {
  const folder = dirname(file);
  const isPath = existsSync(file) || (!['.', '/'].includes(folder) && existsSync(folder));
  if (isSecret && !isPath) return 'a file (not shown, as it may be the secret itself)';
  return JSON.stringify(withoutCredentials(file));
}

type RawValue = string | number | boolean | readonly RawValue[];

/**
 * Converts a text to the type of its setting, for the validator: lists are split at commas, plain decimal numbers, `true` and `false`
 * are parsed. A text that does not fit stays a text, and the validator rejects it.
 */
export function rawValue(schema: SettingSchema, text: string): RawValue {
  if (schema.type === 'array') {
    const items = text.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '').map((item) => rawValue(schema.items ?? {}, item));
  }
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (schema.type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (schema.type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  return text;
}

/** Why a file cannot be used, in words that follow its name; null if it can be read and contains the text `holding`. */
export function fileProblem(file: string, holding: string): string | null {
  const read = readValue(file);
  if ('problem' in read) return read.problem;
  return read.text.includes(holding) ? null : `in which there is no ${holding}`;
}

function readValue(file: string): { text: string } | { problem: string } {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return { problem: `which has more than ${MAX_FILE_BYTES} bytes` };
    const text = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return text === '' ? { problem: 'which is empty' } : { text };
  } catch (error) {
    return { problem: `which cannot be read: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not read it';
  if (code === 'EISDIR') return 'it is a folder';
  // The message of the error contains the path, so only its code is used.
  return code ?? 'an unknown reason';
}
