import type { Pool } from 'pg';
import { HOLD_NOTHING } from '@mps-ledger/consuming';
import { migrate, projectionSchema as schema } from '@mps-ledger/read-model';
import { STATE_CHANGED_SCHEMA, toEventRecord } from '@mps-ledger/records';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import Ajv2020 from 'ajv/dist/2020';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

const P = 2;
const isValid = new Ajv2020({ allowUnionTypes: true }).compile(STATE_CHANGED_SCHEMA);

describe('the transitions of tasks', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  const dataOf = async (): Promise<readonly Record<string, unknown>[]> => {
    const { rows } = await pool.query<{ data: string }>(`SELECT data FROM ${schema}.transition ORDER BY "offset"`);
    return rows.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  };

  it('say what changed, from what, and what failed; and none says what did not', async () => {
    const log = new PartitionLog(P);
    const taskId = taskIdIn(P, 'a/ü');
    const of = (status: string, subtasks: readonly object[], more: object = {}) =>
      ({ ...workflow(taskId, status, subtasks), SessionId: 's-1', ...more }) as object;
    log.notify({ body: of('PROCESSING', [transcode(1, 'PROCESSING', { Progress: 1 })]) });
    log.notify({ body: of('PROCESSING', [transcode(1, 'PROCESSING', { Progress: 9 })]) });
    const failed = transcode(2, 'FAIL', { ErrCode: 30010, ErrCodeExt: 'SourceFileError.Broken', Message: 'no' });
    const end = of('FINISH', [transcode(1, 'SUCCESS'), failed]);
    log.notify({ body: end, trust: 'callback-unsigned' });
    log.notify({ body: end, trust: 'callback-unsigned' });
    log.notify({ body: end, trust: 'queue' });
    await handProjector({ pool }).catchUp(log, (from) => from + 3);

    const data = await dataOf();
    for (const one of data) expect([isValid(one), isValid.errors]).toEqual([true, null]);
    const open = { status: 'processing', outcome: null, error_code: null, confirmation: null };
    const unconfirmed = { status: 'finished', outcome: 'partially-failed', error_code: 0, confirmation: 'unconfirmed' };
    const links = {
      task: `/v1/tasks/${encodeURIComponent(taskId)}?account=default`,
      history: `/v1/tasks/${encodeURIComponent(taskId)}/history?account=default`,
    };
    const subject = { account: 'default', task_id: taskId, kind: 'workflow', session_id: 's-1', generation: 1, links };
    const failure = {
      error_code: 30010,
      error_code_ext: 'SourceFileError.Broken',
      error_class: 'source-file',
      message: 'no',
    };
    expect(data).toMatchObject([
      { ...subject, ...open, previous: null, version: 1, failed_subtasks: [] },
      { ...subject, ...unconfirmed, previous: open, version: 3, failed_subtasks: [{ kind: 'Transcode', ...failure }] },
      { ...subject, ...unconfirmed, confirmation: 'confirmed', previous: unconfirmed, version: 5 },
    ]);
  });

  it('show ten failed subtasks at most, the first by key', async () => {
    const log = new PartitionLog(P);
    const all = Array.from({ length: 25 }, (_, n) => transcode(n + 10, 'FAIL', { ErrCode: 1 }));
    log.notify({ body: workflow(taskIdIn(P, 'many'), 'FINISH', all) });
    await handProjector({ pool }).catchUp(log);
    const [data] = await dataOf();
    const keys = (data?.['failed_subtasks'] as { key: string }[]).map(({ key }) => key);
    expect(keys).toEqual(Array.from({ length: 10 }, (_, n) => `Transcode:${n + 10}:`));
  });

  it('are written by the migration for rows that were there before, as projecting them again would', async () => {
    const log = new PartitionLog(P);
    const names = ['x', 'y', 'z'].map((name) => taskIdIn(P, name));
    for (const [n, taskId] of [...names, ...names, ...names].entries())
      log.notify({
        body: workflow(taskId, n < 4 ? 'PROCESSING' : 'FINISH', [transcode(1, n % 2 === 0 ? 'SUCCESS' : 'FAIL')]),
      });
    const [record] = log.records.filter(({ key }) => String(key) === names[0]).slice(-2);
    log.append({ key: record!.key, value: Buffer.from('{"not":"an event"}'), headers: record!.headers });
    // The rest of what derivation appends of this one is still to come.
    const [first] = new PartitionLog(P).notify({
      body: workflow(names[1]!, 'FINISH', [transcode(2, 'FAIL')]),
      raw: 10,
    });
    log.append(toEventRecord(first!));
    await handProjector({ pool, options: { hold: HOLD_NOTHING } }).catchUp(log);
    const before = await allRows(pool);
    expect(before['transition']!.length).toBeGreaterThan(5);
    expect(before['task']!.filter((row) => !row.includes('"last_standing": null'))).not.toEqual([]);

    await pool.query(`DROP TABLE ${schema}.transition`);
    await pool.query(`ALTER TABLE ${schema}.task DROP COLUMN last_standing`);
    await pool.query(`DELETE FROM ${schema}.migrations WHERE timestamp = 1700000000005`);
    await migrate(database.url, schema);
    expect(await allRows(pool)).toEqual(before);
  });
});
