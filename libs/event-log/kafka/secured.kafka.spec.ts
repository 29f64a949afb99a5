import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { makeKafkaLog, setupKafkaLog, type KafkaConnection } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  collect,
  CONTRACT_LAYOUT,
  describeOwnBrokers,
  record,
  startBrokers,
  type TestBrokers,
} from '@mps-ledger/testing';

jest.setTimeout(120_000);

const TOPIC = 'contract.first';
const user = { name: 'ledger', password: 'only-for-specs' };
const STORE = ['-storetype', 'PKCS12', '-storepass', 'only-for-specs'];

let folder: string;
let certificate: string;
let brokers: TestBrokers;

async function keytool(...args: string[]): Promise<string> {
  const home = process.env['JAVA_HOME'] ?? '';
  const tool = home === '' ? 'keytool' : join(home, 'bin', 'keytool');
  const { stdout } = await promisify(execFile)(tool, [...args, '-keystore', join(folder, 'broker.p12'), ...STORE]);
  return stdout;
}

/** A broker that takes TLS with passwords only. */
async function startSecured(): Promise<TestBrokers> {
  const names = ['-dname', 'CN=broker', '-ext', 'SAN=ip:127.0.0.1'];
  await keytool('-genkeypair', '-alias', 'broker', '-keyalg', 'EC', '-groupname', 'secp256r1', ...names);
  certificate = await keytool('-exportcert', '-rfc', '-alias', 'broker');
  const module = (name: string, rest = '') => `org.apache.kafka.common.security.${name} required ${rest};`;
  return startBrokers({
    scramUsers: [user],
    settings: {
      'listener.security.protocol.map': 'CLIENTS:SASL_SSL,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'listener.name.clients.ssl.keystore.location': join(folder, 'broker.p12'),
      'listener.name.clients.ssl.keystore.password': 'only-for-specs',
      'listener.name.clients.ssl.keystore.type': 'PKCS12',
      'listener.name.clients.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.clients.plain.sasl.jaas.config': module(
        'plain.PlainLoginModule',
        `user_${user.name}="${user.password}"`,
      ),
      'listener.name.clients.scram-sha-256.sasl.jaas.config': module('scram.ScramLoginModule'),
      'listener.name.clients.scram-sha-512.sasl.jaas.config': module('scram.ScramLoginModule'),
    },
  });
}

describeOwnBrokers('the Kafka log on a secured broker', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secured-kafka-'));
    brokers = await startSecured();
  });
  afterAll(async () => {
    await brokers.stop();
    rmSync(folder, { recursive: true });
  });

  const place = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password = user.password) => ({
    ...{
      brokers: brokers.address.split(','),
      layout: CONTRACT_LAYOUT,
      topicPrefix: `${mechanism}.`,
      singleBroker: true,
    },
    tls: { ca: certificate },
    sasl: { mechanism, username: user.name, password },
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'is set up, appended to and followed over TLS, signed in by %s, compressed',
    async (mechanism) => {
      const options = place(mechanism);
      const identity = await setupKafkaLog(options);
      const log = makeKafkaLog({ ...options, compression: 'gzip' });
      expect(await log.identity()).toEqual(identity);
      const large = record('x'.repeat(100_000));
      const { offsets } = await log.append(TOPIC, 1, [large]);
      const { delivered, follower } = collect(log, { group: mechanism, topic: TOPIC });
      await eventually(() => delivered.get(1, offsets[0]));
      expect(delivered.get(1, offsets[0])?.value?.equals(large.value!)).toBe(true);
      await follower.stop();
      await log.close();
    },
  );

  it.each<[string, () => Partial<KafkaConnection>]>([
    ['a wrong password', () => ({ sasl: { mechanism: 'scram-sha-256', username: user.name, password: 'wrong' } })],
    ['no password', () => ({ sasl: undefined })],
    ['a certificate that it does not trust', () => ({ tls: true })],
    ['no TLS', () => ({ tls: false })],
  ])('is unavailable, said in bounded time, with %s', async (_, different) => {
    const log = makeKafkaLog({ ...place('scram-sha-256'), ...different() });
    const began = performance.now();
    await expect(log.identity()).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(performance.now() - began).toBeLessThan(30_000);
    await log.close();
  });
});
