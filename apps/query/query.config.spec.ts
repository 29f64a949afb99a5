import { apiListenerMistakes, readConfiguration } from '@mps-ledger/platform';
import type { ConfigurationError } from '@mps-ledger/platform';
import { NEIGHBOURS_SETTINGS, querySettings } from './query.config';

const GIVEN = { DATABASE_URL: 'postgres://ledger@localhost/ledger', EVENT_LOG: 'kafka' };

function read(env: Record<string, string>) {
  const prefixes = ['LEDGER_', 'MPS_', 'KAFKA_'];
  return readConfiguration(querySettings, env, {
    ...{ app: 'query', prefixes, alsoKnown: NEIGHBOURS_SETTINGS },
    check: apiListenerMistakes,
  });
}

function mistaken(env: Record<string, string>): string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    return (error as ConfigurationError).mistakes.map(({ key }) => key).sort();
  }
}

describe('the settings of query', () => {
  it('are a database, and which log its neighbours keep; all else has its default', () => {
    expect(read(GIVEN)).toEqual({
      ...GIVEN,
      API_HOST: '127.0.0.1',
      API_PORT: 8080,
      API_KEYS_REQUIRED: false,
      API_RATE_LIMIT: 0,
      DATABASE_POOLER: 'none',
      LOG_LEVEL: 'info',
      SHUTDOWN_DELAY_MS: 2000,
    });
    expect(mistaken({})).toEqual(['DATABASE_URL', 'EVENT_LOG']);
  });

  it('may stand beside those of the neighbours, but beside no misspelt ones', () => {
    const theirs = {
      KAFKA_BROKERS: 'k:9092',
      LEDGER_PARTITIONS: '12',
      MPS_NOTIFY_KEY: 'x',
      MPS_NOTIFY_PATH_FILE: '/nowhere',
    };
    expect(mistaken({ ...GIVEN, ...theirs })).toEqual([]);
    expect(mistaken({ ...GIVEN, MPS_NOTIFY_KEYS: 'x' })).toEqual(['MPS_NOTIFY_KEYS']);
  });

  it('open the API to others only with keys', () => {
    expect(mistaken({ ...GIVEN, API_HOST: '0.0.0.0' })).toEqual(['API_HOST']);
    expect(mistaken({ ...GIVEN, API_HOST: '0.0.0.0', API_KEYS: 'a-key-of-16-chars' })).toEqual([]);
    expect(mistaken({ ...GIVEN, API_HOST: '0.0.0.0', API_KEYS_REQUIRED: 'true' })).toEqual([]);
  });
});
