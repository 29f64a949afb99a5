import { makeKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { describeOwnBrokers, startApp, testBrokers, testDatabase, testTopicPrefix } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { expire } from '../crash/kafka-tools';
import { onKafka, setUp, startPrograms, type Programs } from './programs';

jest.setTimeout(180_000);

const PARTITIONS = 2;

describeOwnBrokers('rejected notifications that expired, the first record of their partition among them', () => {
  const topicPrefix = testTopicPrefix();
  let log: EventLog;
  beforeAll(() => {
    log = makeKafkaLog({ brokers: testBrokers(), topicPrefix, layout: { topics: [TOPICS.rejected] } });
  });
  afterAll(() => log.close());

  const reject = async ({ callbacks }: Programs, body: string): Promise<void> => {
    expect((await fetch(callbacks, { method: 'POST', body })).status).toBe(400);
  };
  const expireAll = async (): Promise<void> => {
    for (const [partition, end] of (await log.endPositions(TOPICS.rejected)).entries())
      await expire(testBrokers().join(','), `${topicPrefix}${TOPICS.rejected}`, partition, end);
  };
  const rejectedRows = async ({ api }: Programs): Promise<number> => {
    const answer = await fetch(`${api}/v1/notifications?state=rejected&limit=100`);
    return ((await answer.json()) as { items: unknown[] }).items.length;
  };
  const verified = async (settings: Readonly<Record<string, string>>): Promise<string> => {
    const verifier = startApp('apps/verifier/main.js', { env: { ...settings } });
    const { code } = await verifier.ended;
    return `${String(code)}: ${code === 0 ? '' : verifier.stdout()}`;
  };

  it('leave the ledger as able as before: setup, programs, verification, and rows that are built anew', async () => {
    const database = await testDatabase();
    const anew = await testDatabase();
    const settings = { ...onKafka(database.url, topicPrefix), LEDGER_PARTITIONS: String(PARTITIONS) };
    let programs: Programs | null = null;
    const restart = async (on: Readonly<Record<string, string>>): Promise<Programs> => {
      await programs?.close();
      expect(await setUp(on)).toMatchObject({ code: 0 });
      programs = await startPrograms(on);
      await Promise.all([programs.ingest.ready(), programs.projector.ready(), programs.query.ready()]);
      return programs;
    };
    try {
      let now = await restart(settings);
      for (const body of ['one', 'two', 'three']) await reject(now, body);
      await eventually(async () => (await rejectedRows(now)) === 3);
      await expireAll();

      now = await restart(settings);
      await reject(now, 'four');
      await eventually(async () => (await rejectedRows(now)) === 4);
      expect(await verified(settings)).toBe('0: ');

      now = await restart({ ...settings, DATABASE_URL: anew.url });
      await eventually(async () => (await rejectedRows(now)) === 1);
      expect(await verified({ ...settings, DATABASE_URL: anew.url })).toBe('0: ');
    } finally {
      await (programs as Programs | null)?.close();
      await Promise.all([database.close(), anew.close()]);
    }
  });
});
