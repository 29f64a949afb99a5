import { migrate, projectionSchema as schema, readModelIn } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { analyseTables, makePostponedIndex, postponeIndexes, readPostponedIndexes } from './postponed-indexes';
import { TABLES } from '../data-source';
import { describeSchema, describeTables } from '../testing/described-schema';

jest.setTimeout(120_000);

describe('the indexes of a build that is filled in bulk', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
    await migrate(database.url, schema);
  });
  afterEach(() => database.close());

  const model = () => readModelIn(schema, database.pool());
  const withCheckpoint = (position: number) =>
    database.pool().query(`INSERT INTO ${schema}.checkpoint (topic, partition, position, raw_next, raw_top, seen_end)
      VALUES ('t', 0, ${position}, 1, 1, 0)`);
  /** Those that no key has. */
  const indexes = async (): Promise<readonly string[]> => {
    const { rows } = await database.pool().query<{ name: string }>(
      `SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class c ON c.oid = indexrelid
       WHERE c.relnamespace = $1::regnamespace AND NOT indisunique ORDER BY 1`,
      [schema],
    );
    return rows.map(({ name }) => name);
  };

  it('are dropped but for keys where there are no rows, and made again as they were, by several processes', async () => {
    await withCheckpoint(0);
    const dropped = await postponeIndexes(model());
    expect(dropped).toBeGreaterThan(20);
    expect(await indexes()).toEqual([]);
    const postponed = await readPostponedIndexes(model());
    expect(postponed).toHaveLength(dropped);
    await Promise.all([...postponed, ...postponed].map((index) => makePostponedIndex(model(), index)));
    expect(await readPostponedIndexes(model())).toEqual([]);
    expect([...(await describeSchema(database.pool(), schema))]).toEqual([...describeTables(TABLES)]);
    await analyseTables(model());
  });

  it('stay where there are rows, and before the build belongs to a log', async () => {
    const before = await indexes();
    expect(await postponeIndexes(model())).toBe(0);
    await withCheckpoint(1);
    expect(await postponeIndexes(model())).toBe(0);
    expect(await indexes()).toEqual(before);
  });

  it('are still to be made where making one fails', async () => {
    await withCheckpoint(0);
    await postponeIndexes(model());
    const [first] = await readPostponedIndexes(model());
    await expect(makePostponedIndex(model(), { name: first!.name, definition: 'CREATE INDEX' })).rejects.toThrow();
    expect(await readPostponedIndexes(model())).toContainEqual(first);
  });
});
