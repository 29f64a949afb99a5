import { knownSchema, migrate, projectionSchema, readModelIn, refuseOtherFormat } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeDataSource, TABLES } from './data-source';
import { ERROR_CODE_LIST, NOTIFICATION_LIST, TASK_LIST, UPDATED_LIST } from './filter-keys';
import { MIGRATIONS } from './migrations';
import { READ_MODEL_FORMAT } from './schema';
import { describeSchema, describeTables } from './testing/described-schema';

jest.setTimeout(120_000);

describe('the schema of the projection', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.close());

  /** What TypeORM would change to make the tables as the entities are. */
  async function changesOfTypeOrm(): Promise<readonly string[]> {
    const dataSource = await makeDataSource(database.url, projectionSchema).initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      return upQueries.map(({ query }) => query);
    } finally {
      await dataSource.destroy();
    }
  }

  /** What is only in the entities, and what is only in the tables. */
  async function differences(): Promise<readonly string[]> {
    const [entities, tables] = [describeTables(TABLES), await describeSchema(database.pool(), projectionSchema)];
    const onlyIn = (one: readonly string[], other: readonly string[]): string[] =>
      one.filter((line) => !other.includes(line));
    return [...onlyIn(entities, tables), ...onlyIn(tables, entities)];
  }

  it('is the same in the entities and after the migrations', async () => {
    await migrate(database.url, projectionSchema);
    expect(await changesOfTypeOrm()).toEqual([]);
    expect(await differences()).toEqual([]);
    expect(describeTables(TABLES).length).toBeGreaterThan(100);
  });

  it.each([
    ['a column more', `ALTER TABLE ${projectionSchema}.task ADD COLUMN extra text`],
    ['a column less', `ALTER TABLE ${projectionSchema}.task DROP COLUMN revised`],
    ['another type', `ALTER TABLE ${projectionSchema}.task ALTER COLUMN parked TYPE bigint`],
    ['another nullability', `ALTER TABLE ${projectionSchema}.task ALTER COLUMN outcome SET NOT NULL`],
    ['an index less', `DROP INDEX ${projectionSchema}.task_by_first_received`],
    ['another table', `DROP TABLE ${projectionSchema}.parked`],
  ])('would be seen to differ by %s', async (_, change) => {
    await migrate(database.url, projectionSchema);
    await database.pool().query(change);
    expect(await changesOfTypeOrm()).not.toEqual([]);
    expect(await differences()).not.toEqual([]);
  });

  it.each([
    ['a default', `ALTER TABLE ${projectionSchema}.task ALTER COLUMN parked SET DEFAULT 0`],
    ['a table more', `CREATE TABLE ${projectionSchema}.extra (id integer PRIMARY KEY)`],
    ['a view', `CREATE VIEW ${projectionSchema}.extra AS SELECT 1 AS one`],
    ['an index more', `CREATE INDEX extra ON ${projectionSchema}.task (updated)`],
    ['a unique index', `CREATE UNIQUE INDEX extra ON ${projectionSchema}.task (task_id)`],
    [
      'an index over other columns',
      `DROP INDEX ${projectionSchema}.parked_of_task;
      CREATE INDEX parked_of_task ON ${projectionSchema}.parked (task_key, "offset", partition)`,
    ],
    ['a filter index less', `DROP INDEX ${projectionSchema}.task_by_account`],
    [
      'a filter index over all rows',
      `DROP INDEX ${projectionSchema}.task_by_session_id;
      CREATE INDEX task_by_session_id ON ${projectionSchema}.task ((session_id || ''), first_received, task_key)`,
    ],
    ['another collation', `ALTER TABLE ${projectionSchema}.task ALTER COLUMN task_id TYPE text COLLATE "C"`],
    [
      'another key',
      `ALTER TABLE ${projectionSchema}.subtask DROP CONSTRAINT subtask_pkey,
      ADD CONSTRAINT subtask_pkey PRIMARY KEY (key_digest, task_key)`,
    ],
    ['a check', `ALTER TABLE ${projectionSchema}.task ADD CONSTRAINT extra CHECK (parked >= 0)`],
  ])('would also be seen to differ by %s', async (_, change) => {
    await migrate(database.url, projectionSchema);
    await database.pool().query(change);
    expect(await differences()).not.toEqual([]);
  });

  it('has the filter indexes, which TypeORM does not compare, over (filter key, time, id)', async () => {
    await migrate(database.url, projectionSchema);
    for (const list of [TASK_LIST, ERROR_CODE_LIST, UPDATED_LIST, NOTIFICATION_LIST]) {
      for (const { name, where } of list.indexes) {
        const { rows } = await database
          .pool()
          .query<{ definition: string }>(
            `SELECT pg_get_indexdef('${projectionSchema}.${name}'::regclass) AS definition`,
          );
        expect(rows[0]?.definition).toContain(`, ${list.time}, ${list.id})`);
        expect(rows[0]?.definition.includes(' WHERE ')).toBe(where !== null);
      }
    }
  });

  it('is migrated once, also by five processes at the same time', async () => {
    await Promise.all(Array.from({ length: 5 }, () => migrate(database.url, projectionSchema)));
    const { rows } = await database.pool().query(`SELECT name FROM ${projectionSchema}.migrations`);
    expect(rows).toHaveLength(MIGRATIONS.length);
    expect((await database.pool().query(`SELECT key FROM ${projectionSchema}.cursor_key`)).rowCount).toBe(1);
  });

  it('takes the rows of an earlier build into its lists', async () => {
    await migrate(database.url, projectionSchema);
    const pool = database.pool();
    await pool.query(`SET search_path TO ${projectionSchema}; DELETE FROM migrations WHERE timestamp = 1700000000007;
      DROP TABLE task_updated; ALTER TABLE task_error_code DROP COLUMN confirmation CASCADE, DROP COLUMN contradicted CASCADE,
        DROP COLUMN parked CASCADE;
      INSERT INTO task (task_key, account, task_id, task_id_json, kind, status, error_code, confirmation, contradicted, revised, parked,
          version, partition, first_received, updated)
        SELECT key::bytea, 'a', key, '"' || key || '"', 'workflow', 'finished', code, 'confirmed', true, false, 2, 1, 0, '2026-11-02Z', updated
        FROM (VALUES ('good', '0', timestamptz '2026-11-01Z'), ('bad', 'X', '2026-11-03Z')) AS given (key, code, updated);
      INSERT INTO task_error_code (task_key, error_code, account, kind, status, first_received)
        VALUES ('bad', 'X', 'a', 'workflow', 'finished', '2026-11-02Z')`);
    await migrate(database.url, projectionSchema);
    expect(await differences()).toEqual([]);
    const { rows } = await pool.query(
      `SELECT task_key::text AS key, code, error_code, confirmation, contradicted, parked, updated FROM ${projectionSchema}.task_updated ORDER BY 1, 2`,
    );
    const listed = { confirmation: 'confirmed', contradicted: true, parked: 2 };
    const key = (name: string): string => `\\x${Buffer.from(name).toString('hex')}`;
    expect(rows).toEqual([
      { key: key('bad'), code: '', error_code: null, ...listed, updated: new Date('2026-11-03Z') },
      { key: key('bad'), code: 'X', error_code: null, ...listed, updated: new Date('2026-11-03Z') },
      { key: key('good'), code: '', error_code: '0', ...listed, updated: new Date('2026-11-02Z') },
    ]);
  });

  it('is known only once it was migrated, and not when it is newer than the program', async () => {
    const pool = database.pool();
    const model = readModelIn(projectionSchema, pool);
    expect(await knownSchema(model)).toBe(`schema ${projectionSchema} is missing: run setup`);
    await migrate(database.url, projectionSchema);
    expect(await knownSchema(model)).toBeNull();
    await pool.query(`INSERT INTO ${projectionSchema}.migrations (timestamp, name) VALUES (9, 'Later9')`);
    expect(await knownSchema(model)).toBe(`schema ${projectionSchema} is newer than this program`);
    await pool.query(`DELETE FROM ${projectionSchema}.migrations`);
    expect(await knownSchema(model)).toBe(`schema ${projectionSchema} is behind: run setup`);
  });

  it.each([
    ['older, which do not say it', `DROP TABLE ${projectionSchema}.format`, 1],
    ['newer', `UPDATE ${projectionSchema}.format SET format = 99`, 99],
  ])('is not known, and refused, where its tables are of a format that is %s', async (_, change, format) => {
    const pool = database.pool();
    const model = readModelIn(projectionSchema, pool);
    await expect(refuseOtherFormat(model)).resolves.toBeUndefined();
    await migrate(database.url, projectionSchema);
    await expect(refuseOtherFormat(model)).resolves.toBeUndefined();
    await pool.query(change);
    const said = `the schema ${projectionSchema} is of format ${format}, and this build reads format ${READ_MODEL_FORMAT}`;
    expect(await knownSchema(model)).toBe(said);
    await expect(refuseOtherFormat(model)).rejects.toMatchObject({ code: 'read-model-format', message: said });
  });
});
