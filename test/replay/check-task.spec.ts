import type { Pool } from 'pg';
import { checkTask, type TaskCheck } from '@mps-ledger/comparing';
import { inSnapshot } from '@mps-ledger/database';
import { bytesText, migrate, projectionSchema, readModelIn, taskKey } from '@mps-ledger/read-model';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { PlantedLog, type PlantedFact } from '../../apps/query/testing/planted-log';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;
let log: PlantedLog;

const FAILED: PlantedFact = {
  type: 'subtask.failed',
  data: { key: 'Transcode:10:', kind: 'Transcode', definition: '10', error_code: 30010, message: 'no' },
};
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH', error_code: 0 } };

beforeEach(async () => {
  const prepare = (url: string) => migrate(url, projectionSchema);
  database = await testDatabase({ template: { name: 'read_model', prepare } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  await log.hear({ taskId: 'a', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
  await log.hear({ taskId: 'a', facts: [FAILED, FINISHED] });
  await log.hear({ taskId: 'b', account: 'team-a', facts: [FAILED, { ...FINISHED, parked: 'it is refused' }] });
});
afterEach(() => database.close());

const check = (taskId: string, account = 'default'): Promise<TaskCheck> =>
  inSnapshot(pool, (client) =>
    checkTask(readModelIn(projectionSchema, client), bytesText(taskKey(account, taskId)), log.partitions),
  );

describe('the check of one task', () => {
  it('finds nothing where its rows are what its history comes to', async () => {
    expect(await check('a')).toEqual({ result: 'equal' });
    expect(await check('b', 'team-a')).toEqual({ result: 'equal' });
    expect(await check('nobody')).toEqual({ result: 'gone' });
  });

  it.each([
    [`UPDATE task SET outcome = 'succeeded'`, 'row is not what its history comes to'],
    [`UPDATE task SET version = version + 1`, 'row is not what its history comes to'],
    [`UPDATE task_state SET state = replace(state, '30010', '70000')`, 'state is not the fold of its history'],
    [
      `UPDATE subtask SET status = 'succeeded'`,
      'the row of the subtask Transcode:10: is not what its history comes to',
    ],
    [`DELETE FROM subtask`, 'the subtask Transcode:10: has no row'],
    [`DELETE FROM task_updated WHERE code = ''`, 'row by last update is missing'],
    [`DELETE FROM history WHERE type = 'subtask.failed'`, 'state is not the fold of its history'],
    [`DELETE FROM task`, 'a task has no row'],
  ])('finds what %s did', async (sql, what) => {
    await pool.query(`SET search_path = ${projectionSchema}; ${sql}`);
    const found = await check('a');
    expect(found.result).toBe('different');
    expect(found.result === 'different' ? found.differences.map((one) => one.what).join('\n') : '').toContain(what);
  });
});
