import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKafkaLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  describeKafka,
  describeOwnBrokers,
  testBrokers,
  testDatabase,
  testTopicPrefix,
  type TestDatabase,
} from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { shellWithKafka, type Shell } from '../interoperability/documented-commands';
import { describeGroup } from './consumer-groups';
import { onKafka, setUp, startPrograms, type Program, type Programs } from './programs';

jest.setTimeout(180_000);

const SAMPLE = readFileSync(join(process.cwd(), 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json'), 'utf8');
const TASK = '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0';

let database: TestDatabase;
let topicPrefix: string;
let programs: Programs | null = null;

beforeEach(async () => {
  database = await testDatabase();
  topicPrefix = testTopicPrefix();
});
afterEach(async () => {
  await programs?.close();
  programs = null;
  await database.close();
});

const send = (to: Programs, body = SAMPLE): Promise<Response> => fetch(to.callbacks, { method: 'POST', body });

async function reasons(program: Program): Promise<string> {
  const { checks } = await eventually(() => program.readiness(), { timeoutMs: 30_000 });
  return checks.map(({ reason }) => reason ?? '').join('\n');
}

/** Waits until a program says that this is missing. */
const misses = (program: Program, what: RegExp) =>
  eventually(async () => what.test(await reasons(program)), { timeoutMs: 30_000, what: () => program.stderr() });

describeKafka('the programs on Kafka', () => {
  it('wait unready for setup, say what is missing, and go on by themselves', async () => {
    const settings = onKafka(database.url, topicPrefix);
    programs = await startPrograms(settings);
    const { ingest, projector, query } = programs;
    await misses(ingest, /missing: run setup/);
    await misses(projector, /setup/);
    await misses(query, /setup/);
    const refused = await send(programs);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    expect(await setUp(settings)).toMatchObject({ code: 0, said: expect.stringContaining('12 partitions') as string });
    await Promise.all([ingest.ready(), projector.ready(), query.ready()]);
    const receipt = (await send(programs)).headers.get('ledger-receipt') ?? '';
    const answer = await fetch(`${programs.api}/v1/tasks/${encodeURIComponent(TASK)}?receipt=${receipt}`, {
      headers: { prefer: 'wait=30' },
    });
    expect(await answer.json()).toMatchObject({ task_id: TASK, status: 'finished', outcome: 'partially-failed' });
    expect([ingest.stderr(), projector.stderr(), query.stderr()].join()).not.toMatch(/Warning/);
  });

  it('refuse a log that the database does not know, and receive nothing into it', async () => {
    const other = await testDatabase();
    try {
      await setUp(onKafka(database.url, topicPrefix));
      const elsewhere = testTopicPrefix();
      await setUp(onKafka(other.url, elsewhere));
      programs = await startPrograms(onKafka(database.url, elsewhere));
      await misses(programs.ingest, /belongs to log/);
      await misses(programs.projector, /belongs to log/);
      expect((await send(programs)).status).toBe(503);
    } finally {
      await programs?.close();
      programs = null;
      await other.close();
    }
  });
});

/** The groups that the page on running names, each with its topic, but for those that are called like a source. */
function documentedGroups(): readonly (readonly [group: string, topic: string])[] {
  const page = readFileSync(join(process.cwd(), 'docs/deployment.md'), 'utf8');
  return [...page.matchAll(/^- `(mps-ledger\.[^\s<]+)` on `(\S+)`/gm)].map(([, group = '', topic = '']) => [
    group,
    topic,
  ]);
}

/** Where a topic's partitions end. */
async function endsOf(topic: string): Promise<readonly number[]> {
  const log = makeKafkaLog({ brokers: testBrokers(), topicPrefix, layout: { topics: [topic] } });
  return log.endPositions(topic).finally(() => log.close());
}

describeOwnBrokers('an operator with Kafka’s own tools', () => {
  let folder: string;
  let shell: Shell;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mps-ledger-operator-'));
    shell = await shellWithKafka(folder, {});
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('fixes topics by the very commands that the programs give as the reason to wait, and they go on', async () => {
    const settings = onKafka(database.url, topicPrefix);
    await setUp(settings);
    const spoil = `kafka-configs.sh --bootstrap-server ${testBrokers().join(',')} --alter --entity-type topics`;
    const raw = `${topicPrefix}${TOPICS.raw}`;
    const events = `${topicPrefix}${TOPICS.events}`;
    await shell.run(`${spoil} --entity-name ${raw} --add-config retention.ms=604800000`);
    await shell.run(`${spoil} --entity-name ${events} --add-config cleanup.policy=compact`);

    programs = await startPrograms(settings);
    const { ingest, projector } = programs;
    const wrong = /retention\.ms=604800000, not -1[^]*cleanup\.policy=compact, not delete/;
    await misses(ingest, wrong);
    await misses(projector, wrong);
    expect((await send(programs)).status).toBe(503);
    const commands = [...(await reasons(ingest)).matchAll(/to fix it: (kafka-configs\.sh .+)$/gm)];
    const given = [...new Set(commands.flatMap(([, line = '']) => line.split('; ')))];
    expect(given).toHaveLength(2);

    for (const command of given) await shell.run(command);
    await Promise.all([ingest.ready(), projector.ready()]);
    expect((await send(programs)).status).toBe(200);
  });

  it('sees of each group that it is behind by nothing, at the ends of the log, once all is done', async () => {
    const partitions = 3;
    const settings = {
      ...onKafka(database.url, topicPrefix),
      LEDGER_PARTITIONS: String(partitions),
      OPTIONAL_PROJECTIONS: 'raw,search',
    };
    await setUp(settings);
    const sending = await startPrograms(settings);
    programs = sending;
    await Promise.all([sending.ingest.ready(), sending.projector.ready()]);
    for (const _ of Array(20)) expect((await send(sending)).status).toBe(200);
    for (const body of ['one', 'two', 'three']) expect((await send(sending, body)).status).toBe(400);

    const groups = documentedGroups();
    const { raw, events, rejected } = TOPICS;
    expect(groups.map(([, topic]) => topic).sort()).toEqual([raw, raw, events, events, rejected].sort());
    for (const [group, topic] of groups) {
      const described = () => describeGroup(shell, testBrokers().join(','), `${topicPrefix}${group}`);
      const found = await eventually(
        async () => {
          const rows = await described();
          return rows.length === partitions && rows.every(({ lag }) => lag === 0) && rows;
        },
        { timeoutMs: 60_000, what: () => `group ${group} to have done all` },
      );
      const ends = await endsOf(topic);
      // More than the genesis records.
      expect(Math.max(...ends)).toBeGreaterThan(1);
      const name = `${topicPrefix}${topic}`;
      expect(found).toEqual(ends.map((end, partition) => ({ topic: name, partition, committed: end, end, lag: 0 })));
    }
  });
});

describeOwnBrokers('what was received, with KAFKA_COMPRESSION', () => {
  it.each(['none', 'gzip'] as const)('%s, takes the place on the brokers that it should', async (compression) => {
    const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-compression-'));
    const settings = { ...onKafka(database.url, topicPrefix), KAFKA_COMPRESSION: compression };
    await setUp(settings);
    programs = await startPrograms(settings);
    await programs.ingest.ready();
    for (const _ of Array(10)) expect((await send(programs)).status).toBe(200);
    const shell = await shellWithKafka(folder, {});
    const at = `--bootstrap-server ${testBrokers().join(',')} --topic-list ${topicPrefix}${TOPICS.raw}`;
    const said = await shell.run(`kafka-log-dirs.sh --describe ${at}`);
    const sizes = [...said.matchAll(/"size":(\d+)/g)].map(([, size]) => Number(size));
    const stored = sizes.reduce((sum, size) => sum + size, 0);
    const sent = 10 * Buffer.byteLength(SAMPLE);
    if (compression === 'gzip') expect(stored).toBeLessThan(sent);
    else expect(stored).toBeGreaterThan(sent);
    rmSync(folder, { recursive: true, force: true });
  });
});

describeKafka('setup on Kafka', () => {
  it('says what differs and how to fix it, and changes nothing', async () => {
    const settings = onKafka(database.url, topicPrefix);
    expect(await setUp({ ...settings, LEDGER_PARTITIONS: '2' })).toMatchObject({ code: 0 });
    const again = await setUp({ ...settings, LEDGER_PARTITIONS: '3' });
    expect(again.code).toBe(1);
    expect(again.said).toMatch(/has 2 partitions a topic, not 3[^]*to fix it: .* and run setup$/m);
    expect(await setUp({ ...settings, LEDGER_PARTITIONS: '2' })).toMatchObject({ code: 0 });
  });

  it('wants three brokers unless it is told that one is enough', async () => {
    const refused = await setUp({ ...onKafka(database.url, topicPrefix), KAFKA_SINGLE_BROKER: 'false' });
    expect(refused.code).toBe(1);
    expect(refused.said).toContain('KAFKA_SINGLE_BROKER=true');
  });
});
