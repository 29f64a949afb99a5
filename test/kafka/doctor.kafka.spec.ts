import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { makeKafkaLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { describeOwnBrokers, freePorts, testBrokers, testDatabase, testTopicPrefix } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS, toRawRecord } from '@mps-ledger/records';
import { examine, findingsIn, setUp, type SpecEnvironment } from '../../apps/doctor/testing/spec-ledger';
import { createTopic, deleteTopic, expire, setTopic } from '../crash/kafka-tools';

jest.setTimeout(180_000);

const brokers = (): string => testBrokers().join(',');

let db: TestDatabase;
let env: SpecEnvironment;
let prefix: string;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  db = await testDatabase();
  prefix = testTopicPrefix();
  const [callbacks, health] = await freePorts(2);
  env = {
    ...{ DATABASE_URL: db.url, EVENT_LOG: 'kafka', KAFKA_BROKERS: brokers(), KAFKA_SINGLE_BROKER: 'true' },
    ...{ LEDGER_PARTITIONS: '2', LEDGER_TOPIC_PREFIX: prefix },
    ...{ CALLBACK_PORT: `${callbacks}`, HEALTH_PORT: `${health}` },
  };
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await db.close();
});

/** Of one check; no other one has any, but that nothing takes callbacks here. */
async function findingsOf(check: string, given: SpecEnvironment = env): Promise<string> {
  const findings = findingsIn(await examine(given)).filter((one) => !one.startsWith('source default: no listener'));
  expect(findings.filter((one) => !one.startsWith(`${check}: `))).toEqual([]);
  return findings.join('\n');
}

const topic = (name: string): string => `${prefix}${name}`;

/** The log as ingest has it, to append to. */
function openLog() {
  const log = makeKafkaLog({ brokers: testBrokers(), topicPrefix: prefix, layout: { topics: Object.values(TOPICS) } });
  closing.push(() => log.close());
  return log;
}

const rawRecord = (received: Date) =>
  toRawRecord({
    ...{ id: '01932d5c-0000-7000-8000-000000000001', account: 'default', source: 'default', transport: 'callback' },
    ...{ trust: 'callback-unsigned', signature: { verdict: 'none' }, received: received.toISOString() },
    ...{ sha256: 'a'.repeat(64), taskId: null, bytes: Buffer.from('{}') },
  });

describeOwnBrokers('the doctor, of a ledger on Kafka,', () => {
  it('finds nothing wrong after setup', async () => {
    await setUp(env);
    const report = await examine(env);
    expect(await findingsOf('nothing')).toBe('');
    expect(report['log']).toEqual([
      { status: 'ok', what: expect.stringMatching(/^log \w{12} .*2 partitions, in Kafka at /) },
    ]);
    expect(report['clock of the log']).toEqual([
      { status: 'not-checked', what: 'the clock of the brokers cannot be measured: nothing was received within a day' },
    ]);
  });

  it.each([
    ['retention.ms', '3600000', '-1'],
    ['cleanup.policy', 'compact', 'delete'],
    ['unclean.leader.election.enable', 'true', 'false'],
  ])('finds a topic with another %s, with the command that mends it', async (name, is, must) => {
    await setUp(env);
    await setTopic(brokers(), topic(TOPICS.raw), name, is);
    expect(await findingsOf('log')).toMatch(
      new RegExp(
        `^log: log-unsafe: ${topic(TOPICS.raw)} has ${name}=${is}, not ${must} \\| Kafka at .* \\| kafka-configs\\.sh ` +
          `--bootstrap-server ${brokers()} --alter .*--add-config ${name}=${must}$`,
      ),
    );
  });

  it('finds too few replicas and too few of them in sync, unless a single broker is allowed', async () => {
    await setUp(env);
    const says = await findingsOf('log', { ...env, KAFKA_SINGLE_BROKER: 'false' });
    expect(says).toMatch(/has 1 replicas, not 3.*min\.insync\.replicas=1, not 2.*--add-config min\.insync\.replicas=2/);
    expect(says).toMatch(/add 2, .*or allow a single broker/);
  });

  it('warns of a setting that breaks no promise', async () => {
    await setUp(env);
    await setTopic(brokers(), topic(TOPICS.events), 'compression.type', 'lz4');
    const { log = [] } = await examine(env);
    expect(log).toEqual([
      expect.objectContaining({
        status: 'warning',
        what: expect.stringMatching(/compression\.type=lz4/),
        fix: expect.stringMatching(/npm run setup/),
      }),
    ]);
  });

  it('finds a topic that is missing, and one of which a partition is', async () => {
    await setUp(env);
    await deleteTopic(brokers(), topic(TOPICS.rejected));
    expect(await findingsOf('log')).toMatch(
      new RegExp(
        `^log: log-not-ready: missing: ${topic(TOPICS.rejected)}: .*npm run setup: it creates what is missing of a log that nobody used`,
      ),
    );
    await createTopic(brokers(), topic(TOPICS.rejected), 1);
    expect(findingsIn(await examine(env)).join('\n')).toMatch(
      /log: log-\w+(-\w+)?: .*partition [01] of .*rejected.*(missing|no genesis record)/,
    );
  });

  it('finds a log that is not the one of the rows', async () => {
    await setUp(env);
    await db.pool().query("UPDATE tasks_v1.projection SET log_id = 'zzzzzzzzzzzz'");
    expect(await findingsOf('log')).toMatch(
      /log-replaced: .*not of log zzzzzzzzzzzz.*correct DATABASE_URL, KAFKA_BROKERS or LEDGER_TOPIC_PREFIX/,
    );
  });

  it('finds that no broker listens, or that one listens and does not answer, and goes on with the database', async () => {
    await setUp(env);
    const [port] = await freePorts(1);
    const sockets: Socket[] = [];
    const mute: Server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    mute.listen(0, '127.0.0.1');
    closing.push(async () => {
      const closed = once(mute, 'close');
      mute.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    });
    await eventually(() => mute.listening);
    for (const at of [port, (mute.address() as AddressInfo).port]) {
      const report = await examine({ ...env, KAFKA_BROKERS: `127.0.0.1:${at}` });
      expect(findingsIn(report).filter((one) => one.startsWith('log: '))).toEqual([
        expect.stringMatching(
          /^log: (log-unavailable: |no result within ).*\| .*(start the brokers|see whether what it asks answers)/,
        ),
      ]);
      expect(report['read-model']![0]!.status).toBe('ok');
      expect(report['lag']).toEqual([{ status: 'not-checked', what: 'the log cannot be read: see log' }]);
    }
  });

  it('finds that the log’s clock contradicts ingest’s', async () => {
    await setUp(env);
    const log = openLog();
    await log.append(TOPICS.raw, 0, [rawRecord(new Date(Date.now() + 3_600_000))]);
    expect(await findingsOf('clock of the log')).toMatch(
      /records are logged 3[56]\d\d\.\d s before they are received: the clock of the brokers is behind.*offset 1 \| let NTP/,
    );
  });

  it('finds records that a topic deleted before they were applied', async () => {
    await setUp(env);
    const log = openLog();
    for (let n = 0; n < 3; n += 1)
      await log.append(TOPICS.rejected, 1, [{ key: null, value: null, headers: { n: `${n}` } }]);
    await expire(brokers(), topic(TOPICS.rejected), 1, 3);
    expect(await findingsOf('lag')).toMatch(
      /records of mps\.rejected\.v1 were deleted before they were applied \| partition 1, offsets 0 to 2 \| start the projector, which goes on at offset 3/,
    );
  });
});
