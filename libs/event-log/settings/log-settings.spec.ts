import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaMistakes, kafkaSettings, logLayoutSettings, readConfiguration, EVENT_LOG } from '@mps-ledger/platform';
import { Type } from 'typebox';
import { connectionOf, describePlace } from './log-settings';

const schema = Type.Object({ EVENT_LOG, ...kafkaSettings, ...logLayoutSettings });
const GIVEN = { EVENT_LOG: 'kafka', KAFKA_BROKERS: 'one:9092,two:9093' };

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'log-settings-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const settings = (env: Record<string, string> = {}) =>
  readConfiguration(schema, { ...GIVEN, ...env }, { app: 'spec', check: kafkaMistakes });

describe('the way to the brokers', () => {
  it('is plain where nothing else is said', () => {
    expect(connectionOf(settings(), 'mps-ledger ingest')).toEqual({
      ...{ brokers: ['one:9092', 'two:9093'], clientId: 'mps-ledger-ingest', tls: false },
    });
  });

  it('is TLS, with an authority of its own where one is named', () => {
    expect(connectionOf(settings({ KAFKA_TLS: 'true' }), 'x').tls).toBe(true);
    const ca = file('ca.pem', '-----BEGIN CERTIFICATE-----\n');
    expect(connectionOf(settings({ KAFKA_TLS: 'true', KAFKA_CA_FILE: ca }), 'x').tls).toEqual({
      ca: '-----BEGIN CERTIFICATE-----\n',
    });
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('logs in by %s, the password from a file', (mechanism) => {
    const login = {
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: 'ledger',
      KAFKA_SASL_PASSWORD_FILE: file('password', 'secret\n'),
    };
    expect(connectionOf(settings(login), 'x').sasl).toEqual({ mechanism, username: 'ledger', password: 'secret' });
  });
});

describe('the place of the log', () => {
  it('is told where it is not the database, with what its topics begin with', () => {
    expect(describePlace(settings())).toBe('Kafka at one:9092,two:9093');
    expect(describePlace(settings({ LEDGER_TOPIC_PREFIX: 'a.' }))).toBe('Kafka at one:9092,two:9093, topics a.…');
    expect(describePlace(settings({ EVENT_LOG: 'postgres' }))).toBeNull();
  });
});
