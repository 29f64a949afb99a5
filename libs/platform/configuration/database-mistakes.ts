import type { ConfigurationMistake } from './configuration-error';

/** The settings of the connection to the database. */
export interface DatabaseConfiguration {
  readonly DATABASE_URL?: string;
  readonly DATABASE_POOLER?: 'none' | 'transaction';
  readonly DATABASE_DIRECT_URL?: string;
}

/** Finds settings that contradict each other, although each value is valid. For `check` of `readConfiguration`. */
export function databaseMistakes(config: DatabaseConfiguration): ConfigurationMistake[] {
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: direct } = config;
  const mistakes: ConfigurationMistake[] = [];
  const add = (key: string, message: string): void => void mistakes.push({ key, message });
  if (direct !== undefined && pooler === 'none')
    add('DATABASE_DIRECT_URL', 'is set, but DATABASE_POOLER is not transaction: set that as well, or leave this out.');
  if (direct !== undefined && direct === url)
    add(
      'DATABASE_DIRECT_URL',
      'is the same as DATABASE_URL: it must bypass the pooler; if there is no direct connection, leave it out.',
    );
  if (pooler !== 'transaction') return mistakes;
  if (url === undefined)
    add('DATABASE_URL', 'is not set, but DATABASE_POOLER is: set DATABASE_URL, or leave DATABASE_POOLER out.');
  if (url !== undefined && new URLSearchParams(url.split('?').slice(1).join('?')).has('options'))
    add(
      'DATABASE_URL',
      'has the parameter options, which a pooler rejects: leave it out (ALTER ROLE … SET has the same effect).',
    );
  return mistakes;
}
