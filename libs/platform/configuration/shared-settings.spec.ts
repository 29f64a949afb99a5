import { Type } from 'typebox';

import { apiListenerMistakes } from '../http/access';
import type { ConfigurationError } from './configuration-error';
import { describeConfiguration } from './describe-configuration';
import { envExampleProblems } from './env-example';
import {
  EVENT_LOG,
  EVENT_LOG_OR_POSTGRES,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
} from './event-log-settings';
import type { Environment } from './given-values';
import { readConfiguration } from './read-configuration';
import { apiListenerSettings, DATABASE_URL, healthListenerSettings, processSettings } from './shared-settings';

const schema = Type.Object({
  ...processSettings,
  ...apiListenerSettings,
  ...healthListenerSettings(8083),
  EVENT_LOG,
  DATABASE_URL,
  ...kafkaSettings,
  ...logLayoutSettings,
});

/** Has the line that a certificate begins with: -----BEGIN CERTIFICATE----- */
const AUTHORITY = __filename;

const GIVEN = { EVENT_LOG: 'postgres', DATABASE_URL: 'postgres://me@host/ledger' };

const read = (env: Environment) =>
  readConfiguration(schema, env, {
    app: 'spec',
    check: (config) => [...kafkaMistakes(config), ...apiListenerMistakes(config)],
  });

function keysOfMistakes(env: Environment): string[] {
  try {
    read({ ...GIVEN, ...env });
    return [];
  } catch (error) {
    return (error as ConfigurationError).mistakes.map(({ key }) => key);
  }
}

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '::',
  '::1',
  '[::1]',
  '[::]',
  'fe80::1%eth0',
  '[fe80::1%eth0]',
  'ledger-1.local',
  'a_b',
])('a listener may be bound to %s', (host) => {
  expect(keysOfMistakes({ HEALTH_HOST: host })).toEqual([]);
});

test.each([
  ...[
    'evil.com#.localhost',
    'user@localhost',
    'http://localhost',
    'localhost:8080',
    '127.0.0.1:80',
    '[::1]:80',
    '[127.0.0.1]',
  ],
  ...['::1]', '[::1', '[]', '-', 'a b', 'a/b', 'a?b', '.localhost', 'localhost.', 'ü', '1:2', '%eth0', '::1%'],
])('a listener cannot be bound to %j', (host) => {
  expect(keysOfMistakes({ HEALTH_HOST: host })).toEqual(['HEALTH_HOST']);
});

test('with the two settings that are demanded, all the others have their defaults', () => {
  expect(read(GIVEN)).toEqual({
    ...GIVEN,
    API_HOST: '127.0.0.1',
    API_PORT: 8080,
    API_KEYS_REQUIRED: false,
    API_RATE_LIMIT: 0,
    HEALTH_HOST: '127.0.0.1',
    HEALTH_PORT: 8083,
    KAFKA_SINGLE_BROKER: false,
    KAFKA_TLS: false,
    LEDGER_PARTITIONS: 12,
    LEDGER_TOPIC_PREFIX: '',
    LOG_LEVEL: 'info',
    SHUTDOWN_DELAY_MS: 2000,
  });
  expect(readConfiguration(Type.Object({ EVENT_LOG: EVENT_LOG_OR_POSTGRES }), {}, { app: 'spec' })).toEqual({
    EVENT_LOG: 'postgres',
  });
});

test.each([
  [{ EVENT_LOG: 'kafka' }, ['KAFKA_BROKERS']],
  [{ EVENT_LOG: 'kafka', KAFKA_BROKERS: 'a:9092' }, []],
  [{ KAFKA_BROKERS: 'a:9092,b' }, ['KAFKA_BROKERS']],
  [{ EVENT_LOG: 'kafka', KAFKA_BROKERS: 'a' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: 'a:65535,b:1' }, []],
  [{ KAFKA_BROKERS: 'a:65536' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: 'a:0' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: '[::1]:9092,[fe80::1%eth0]:9092,kafka.example.:9092,10.0.0.1:9092' }, []],
  [{ KAFKA_BROKERS: '::1:9092' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: '[::1]' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: '[a]:9092' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: 'me@a:9092' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: 'PLAINTEXT://a:9092' }, ['KAFKA_BROKERS']],
  [
    { KAFKA_SASL_USERNAME: 'me', KAFKA_SASL_PASSWORD_FILE: '/none', KAFKA_SASL_MECHANISM: 'plain' },
    ['KAFKA_SASL_PASSWORD_FILE'],
  ],
  [{ KAFKA_SASL_USERNAME: 'me' }, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_PASSWORD']],
  [{ KAFKA_SASL_USERNAME: 'me', KAFKA_SASL_PASSWORD: 'x', KAFKA_SASL_MECHANISM: 'plain' }, []],
  [{ KAFKA_CA_FILE: AUTHORITY }, ['KAFKA_CA_FILE']],
  [{ KAFKA_CA_FILE: AUTHORITY, KAFKA_TLS: 'true' }, []],
  [{ KAFKA_CA_FILE: '/etc/hostname', KAFKA_TLS: 'true' }, ['KAFKA_CA_FILE']],
  [{ API_HOST: '0.0.0.0' }, ['API_HOST']],
  [{ API_HOST: '0.0.0.0', API_KEYS: '0123456789abcdef' }, []],
  [{ API_HOST: '::1' }, []],
  [{ API_KEYS: '0123456789abcdef,short' }, ['API_KEYS']],
  [{ DATABASE_URL: 'mysql://x' }, ['DATABASE_URL']],
  [{ LEDGER_TOPIC_PREFIX: 'a/b' }, ['LEDGER_TOPIC_PREFIX']],
])('%j: mistakes in %j', (env, keys) => {
  expect(keysOfMistakes(env as Environment)).toEqual(keys);
});

describe('descriptions', () => {
  const described = describeConfiguration(schema);

  test('say of each setting what it is, what is allowed, and its default', () => {
    for (const { name, description, allowed } of described) {
      expect([name, description.length > 0, allowed.length > 0]).toEqual([name, true, true]);
    }
    expect(described.find(({ name }) => name === 'DATABASE_URL')).toMatchObject({
      required: true,
      secret: true,
      default: null,
    });
    expect(described.find(({ name }) => name === 'API_PORT')).toMatchObject({ required: false, default: '8080' });
  });

  test('an example environment is compared with them', () => {
    const text = described.map(({ name, default: preset }) => `# ${name}=${preset ?? 'x'}`).join('\n');
    expect(envExampleProblems(`# Prose, and a = sign.\n${text}\nLOG_LEVEL=info\n`, described)).toEqual([]);
    expect(
      envExampleProblems(
        text.replace('# API_PORT=8080', 'API_PROT=80').replace('PARTITIONS=12', 'PARTITIONS=13'),
        described,
      ),
    ).toEqual([
      'API_PORT is missing from it',
      'API_PROT is no known setting',
      'LEDGER_PARTITIONS is "13" there, but its default is "12"',
    ]);
  });
});
