import type { ConfigurationMistake } from './configuration-error';

/** The settings that say where the database is. */
export interface DatabaseConfiguration {
  readonly DATABASE_URL?: string;
  readonly DATABASE_POOLER?: 'none' | 'transaction';
  readonly DATABASE_DIRECT_URL?: string;
}

/** What is wrong between these settings, each right by itself. For `check` of `readConfiguration`. */
export function databaseMistakes(config: DatabaseConfiguration): ConfigurationMistake[] {
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: direct } = config;
  const mistakes: ConfigurationMistake[] = [];
  const add = (key: string, message: string): void => void mistakes.push({ key, message });
  if (direct !== undefined && pooler === 'none')
    add('DATABASE_DIRECT_URL', 'is set, but DATABASE_POOLER is not transaction: set that as well, or leave this out.');
  if (direct !== undefined && direct === url)
    add(
      'DATABASE_DIRECT_URL',
      'is the same as DATABASE_URL: it must lead past the pooler; without such a way leave it out.',
    );
  if (pooler !== 'transaction') return mistakes;
  if (url === undefined)
    add('DATABASE_URL', 'is not set, and DATABASE_POOLER says what it leads through: set it, or leave that out.');
  if (url !== undefined && new URLSearchParams(url.split('?').slice(1).join('?')).has('options'))
    add(
      'DATABASE_URL',
      'has the parameter options, which a pooler refuses: leave it out (ALTER ROLE … SET does the same).',
    );
  return mistakes;
}
