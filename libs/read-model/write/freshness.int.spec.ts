import type { Pool } from 'pg';
import { migrate, projectionSchema as schema, readModelIn } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { readFreshness } from '../queries/freshness';
import type { ReadModel } from '../read-model';
import { adoptLog } from './checkpoint';
import { databaseTime, writeCompleteAsOf } from './freshness';

jest.setTimeout(120_000);

const TOPIC = 'mps.task-events.v1';
const HOUR_MS = 3_600_000;

describe('the time as of which rows are complete, after the clock was set back', () => {
  let database: TestDatabase;
  let pool: Pool;
  let model: ReadModel<Pool>;
  beforeAll(async () => {
    database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, schema) } });
    pool = database.pool();
    model = readModelIn(schema, pool);
    await adoptLog(model, { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1, partitions: 1 }, 1, [TOPIC]);
  });
  afterAll(() => database.close());

  const write = (asOf: string) => writeCompleteAsOf(model, [{ topic: TOPIC, partition: 0, asOf, end: 0 }]);
  const plant = (ahead: string) =>
    pool.query(`UPDATE ${schema}.checkpoint SET complete_as_of = clock_timestamp() + $1::interval`, [ahead]);
  const lagMs = async () => (await readFreshness(model)).lagMs;

  it('hides no lag: what was said by the other clock counts as not known', async () => {
    await plant('-1 minute');
    expect(await lagMs()).toBeGreaterThanOrEqual(60_000);
    await plant('1 hour');
    expect(await lagMs()).toBeNull();
  });

  it('never goes back otherwise', async () => {
    await plant('-1 minute');
    expect(await write('2020-01-01T00:00:00Z')).toEqual([{ topic: TOPIC, partition: 0 }]);
    expect(await lagMs()).toBeLessThan(HOUR_MS);
  });

  it('is written again by the clock as it is', async () => {
    await plant('1 hour');
    expect(await write(await databaseTime(model))).toEqual([{ topic: TOPIC, partition: 0 }]);
    expect(await lagMs()).toBeLessThan(HOUR_MS);
  });

  it('is not said by a sample of the other clock, which is done with', async () => {
    await plant('-1 minute');
    const ahead = new Date(Date.parse(await databaseTime(model)) + HOUR_MS).toISOString();
    expect(await write(ahead)).toEqual([{ topic: TOPIC, partition: 0 }]);
    expect(await lagMs()).toBeGreaterThanOrEqual(60_000);
  });
});
