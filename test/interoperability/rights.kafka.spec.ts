import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setupKafkaLog } from '@mps-ledger/event-log';
import { describeOwnBrokers, itWithKcat, startBrokers, type TestBrokers } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { documentedCommand, shellWithKafka, type Shell } from './documented-commands';

jest.setTimeout(120_000);

const PARTITIONS = 2;
const LOGIN =
  '-X security.protocol=SASL_PLAINTEXT -X sasl.mechanisms=PLAIN -X sasl.username=reports -X sasl.password=specs';

let folder: string;
let brokers: TestBrokers;
let shell: Shell;

/** A broker that knows who reads: strangers by a password, with what they were given; us by the way in past it. */
function startGuarded(): Promise<TestBrokers> {
  return startBrokers({
    settings: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'listener.security.protocol.map': 'CLIENTS:SASL_PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'listener.name.clients.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.clients.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_reports="specs";',
    },
  });
}

/** What a reader of that name and group gets of a topic. */
const readBy = (group: string, topic: string): Promise<string> =>
  shell.run(`kcat -b "$READERS" ${LOGIN} -X auto.offset.reset=earliest -e -G ${group} ${topic}`);

describeOwnBrokers('who was given what the page says', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mps-ledger-rights-'));
    brokers = await startGuarded();
    const layout = { topics: Object.values(TOPICS), partitions: PARTITIONS };
    await setupKafkaLog({ brokers: brokers.directAddress.split(','), layout, singleBroker: true });
    const variables = { KAFKA_BROKERS: brokers.directAddress, READERS: brokers.address };
    shell = await shellWithKafka(folder, variables);
    await shell.run(documentedCommand('kafka-acls.sh', '--topic'));
    await shell.run(documentedCommand('kafka-acls.sh', '--group'));
  });
  afterAll(async () => {
    await brokers.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  itWithKcat('reads the events, in groups of its own', async () => {
    expect((await readBy('reports.daily', TOPICS.events)).match(/"log_id"/g)).toHaveLength(PARTITIONS);
  });

  itWithKcat('reads nothing else, takes nothing from the ledger’s groups, and writes nothing', async () => {
    await expect(readBy('reports.daily', TOPICS.raw)).rejects.toThrow(/authorization failed/i);
    await expect(readBy('mps-ledger.derive.g1', TOPICS.events)).rejects.toThrow(/authorization failed/i);
    const write = `kcat -P -b "$READERS" ${LOGIN} -t ${TOPICS.events}`;
    await expect(shell.run(write, [], 'x')).rejects.toThrow(/authorization failed/i);
  });
});
