import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { describeKafka, testDatabase, testTopicPrefix, type TestDatabase } from '@mps-ledger/testing';
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

const send = (to: Programs): Promise<Response> => fetch(to.callbacks, { method: 'POST', body: SAMPLE });

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

describeKafka('setup on Kafka', () => {
  it('says what differs and how to mend it, and changes nothing', async () => {
    const settings = onKafka(database.url, topicPrefix);
    expect(await setUp({ ...settings, LEDGER_PARTITIONS: '2' })).toMatchObject({ code: 0 });
    const again = await setUp({ ...settings, LEDGER_PARTITIONS: '3' });
    expect(again.code).toBe(1);
    expect(again.said).toMatch(/has 2 partitions, not 3[^]*to mend it:/);
    expect(await setUp({ ...settings, LEDGER_PARTITIONS: '2' })).toMatchObject({ code: 0 });
  });

  it('wants three brokers unless it is told that one is enough', async () => {
    const refused = await setUp({ ...onKafka(database.url, topicPrefix), KAFKA_SINGLE_BROKER: 'false' });
    expect(refused.code).toBe(1);
    expect(refused.said).toContain('KAFKA_SINGLE_BROKER=true');
  });
});
