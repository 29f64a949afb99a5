import { adoptLog, projectionSchema, readModelIn, readProjectedLog } from '@mps-ledger/read-model';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { OTHER_GENERATIONS, seeOtherGenerations } from './testing/other-generations';

jest.setTimeout(120_000);

let db: TestDatabase;
beforeAll(async () => (db = await testDatabase()));
afterAll(() => db.close());

async function texts(sql: string): Promise<readonly string[]> {
  const { rows } = await db.pool().query<{ text: string }>(sql);
  return rows.map(({ text }) => text);
}

it('a log of other generations is followed, adopted and shown with these generations', async () => {
  const settings = {
    ...({ EVENT_LOG: 'postgres', LEDGER_TOPIC_PREFIX: '', LEDGER_PARTITIONS: 2 } as const),
    ...{ KAFKA_SINGLE_BROKER: false, KAFKA_TLS: false },
  };
  const { identity, receipt, position, item } = await seeOtherGenerations(settings, db.url);
  expect(identity).toMatchObject(OTHER_GENERATIONS);
  const { logId } = identity;
  expect(receipt).toMatch(new RegExp(`^r1\\.${logId}\\.2\\.[01]\\.1\\.[0-9a-f]{6}$`));
  expect(position).toMatch(new RegExp(`^p1\\.${logId}\\.2\\.3\\.\\d+-\\d+\\.[0-9a-f]{8}$`));
  expect(item).toMatch(new RegExp(`^e1\\.${logId}\\.2\\.3\\.[01]\\.1$`));

  expect(await texts('SELECT DISTINCT topic AS text FROM ledger_log.partition ORDER BY 1')).toEqual([
    'mps.notifications.v1.l2',
    'mps.rejected.v1.l2',
    'mps.task-events.v1.l2m3',
  ]);
  expect(await texts('SELECT DISTINCT "group" AS text FROM ledger_log.claim ORDER BY 1')).toEqual([
    'mps-ledger.derive.g3.l2',
    'mps-ledger.project.tasks_v1',
    'mps-ledger.project.tasks_v1.rejected',
  ]);
  expect(await readProjectedLog(readModelIn(projectionSchema, db.pool()))).toEqual(identity);
  expect(await texts('SELECT DISTINCT topic AS text FROM tasks_v1.checkpoint ORDER BY 1')).toEqual([
    'mps.rejected.v1',
    'mps.task-events.v1',
  ]);
});

it('a read model of other generations is no other log’s', async () => {
  const known = await readProjectedLog(readModelIn(projectionSchema, db.pool()));
  if (known === null) throw new Error('it knows no log');
  for (const other of [{ logGeneration: 1 }, { eventGeneration: 1 }])
    await expect(adoptLog(readModelIn(projectionSchema, db.pool()), { ...known, ...other }, 1, [])).rejects.toThrow(
      /log generation 2, event generation 3.*not to log .*generation 1/,
    );
});
