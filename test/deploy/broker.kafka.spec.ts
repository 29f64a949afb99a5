import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOwnBrokers, kafkaProgram } from '@mps-ledger/testing';
import { readCompose, type Variables } from './compose-file';

const SECRETS = {
  POSTGRES_PASSWORD: 'ledger',
  API_KEYS: 'a-key-of-this-spec-alone',
  MPS_NOTIFY_PATH: 'a-path-to-nowhere',
};
const { environment } = readCompose(readFileSync('docker-compose.yml', 'utf8'), SECRETS).services['kafka']!;

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'deployed-broker-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/**
 * Does what the official image does before it starts a broker, with the class of Kafka that it does it with (docker/jvm/launch
 * in Kafka's sources): makes a configuration of KAFKA_* and formats the data folder by it.
 */
async function configured(variables: Variables): Promise<{ code: number | null; said: string; properties: string }> {
  const { java, classPath } = await kafkaProgram();
  const places = ['default', 'mounted', 'final'].map((name) => join(folder, name));
  for (const place of places) mkdirSync(place);
  for (const name of ['server.properties', 'log4j2.yaml', 'tools-log4j2.yaml'])
    writeFileSync(join(places[0]!, name), '');
  const options = ['--default-configs-dir', '--mounted-configs-dir', '--final-configs-dir'];
  const { status, stdout, stderr } = spawnSync(
    java,
    [
      '-cp',
      classPath,
      'kafka.docker.KafkaDockerWrapper',
      'setup',
      ...options.flatMap((name, at) => [name, places[at]!]),
    ],
    { env: { PATH: process.env['PATH'], ...variables, KAFKA_LOG_DIRS: join(folder, 'data') }, encoding: 'utf8' },
  );
  return {
    code: status,
    said: stdout + stderr,
    properties: readFileSync(join(places[2]!, 'server.properties'), 'utf8'),
  };
}

describeOwnBrokers('the broker of docker-compose.yml', () => {
  it('is configured by the official image as it is meant', async () => {
    const { code, said, properties } = await configured(environment);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('Formatting') as string });
    expect(properties.split('\n')).toEqual(
      expect.arrayContaining([
        'advertised.listeners=INSIDE://kafka:19092,HOST://127.0.0.1:9092',
        'auto.create.topics.enable=false',
        'offsets.topic.replication.factor=1',
        'process.roles=broker,controller',
      ]),
    );
    // The heap is for the Java that runs it.
    expect(properties).not.toContain('heap');
  });

  it.each([
    ['a listener without a protocol', { KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'HOST:PLAINTEXT,CONTROLLER:PLAINTEXT' }],
    ['a controller that is nobody', { KAFKA_CONTROLLER_QUORUM_VOTERS: '2@127.0.0.1:29093' }],
  ])('would not come up with %s', async (_what, change) => {
    expect((await configured({ ...environment, ...change })).code).not.toBe(0);
  });
});
