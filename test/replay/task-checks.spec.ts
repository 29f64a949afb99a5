import type { Pool } from 'pg';
import { makeHealth, makeMetrics, type Logger } from '@mps-ledger/platform';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { startTaskChecks } from '../../apps/projector/checks/task-checks';
import { PlantedLog } from '../../apps/query/testing/planted-log';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;

beforeEach(async () => {
  const prepare = (url: string) => migrate(url, projectionSchema);
  database = await testDatabase({ template: { name: 'read_model', prepare } });
  pool = database.pool();
  const log = new PlantedLog(pool);
  await log.adopt();
  for (let n = 0; n < 5; n += 1)
    await log.hear({
      taskId: `task-${n}`,
      facts: [{ type: 'task.finished', data: { kind: 'workflow', error_code: n } }],
    });
});
afterEach(() => database.close());

/** Checks as fast as it can, and what it says. */
function checks(schema: string | null = projectionSchema) {
  const [health, metrics] = [makeHealth(), makeMetrics({ processMetrics: false })];
  const said: { readonly level: string; readonly text: string }[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void said.push({ level, text: `${message} ${JSON.stringify(fields)}` });
  const logger = {
    error: log('error'),
    info: log('info'),
    debug: log('debug'),
    warn: log('warn'),
  } as unknown as Logger;
  const running = startTaskChecks({
    ...{
      pool: database.pool({ max: 1 }),
      schema: () => Promise.resolve(schema),
      perMinute: 60_000,
      metrics,
      health,
      logger,
    },
  });
  const count = async (result: string): Promise<number> =>
    Number(new RegExp(`checked_tasks_total\\{result="${result}"\\} (\\d+)`).exec(await metrics.text())?.[1]);
  const gauge = async (): Promise<number> =>
    Number(/^mps_ledger_differing_tasks (\d+)/m.exec(await metrics.text())?.[1]);
  return { health, said, count, gauge, close: () => running.close() };
}

describe('the checks of tasks against their history', () => {
  it('find nothing in rows that are the fold of their history, and are not seen in health', async () => {
    const { count, health, gauge, said, close } = checks();
    await eventually(async () => (await count('equal')) >= 30, { timeoutMs: 60_000 });
    expect([await count('different'), await count('failed'), await gauge(), said]).toEqual([0, 0, 0, []]);
    expect((await health.report()).checks).toEqual([]);
    await close();
  });

  it('raise an alarm for a row that is not, and end it once the row is', async () => {
    const { count, health, gauge, said, close } = checks();
    await pool.query(`UPDATE ${projectionSchema}.task SET outcome = 'succeeded' WHERE task_id = 'task-3'`);
    await eventually(async () => (await count('different')) > 0, { timeoutMs: 60_000 });
    const report = await health.report();
    expect(report.status).toBe('ready');
    expect(report.checks).toMatchObject([
      {
        name: 'task rows',
        ok: false,
        isAdvisory: true,
        reason: expect.stringContaining('task "task-3" of account default') as string,
      },
    ]);
    expect(await gauge()).toBe(1);
    expect(said.filter(({ level }) => level === 'error')).toMatchObject([
      { text: expect.stringMatching(/not the fold of its history.*"task_id":"task-3".*"outcome":"failed"/) as string },
    ]);
    await pool.query(`UPDATE ${projectionSchema}.task SET outcome = 'failed' WHERE task_id = 'task-3'`);
    await eventually(async () => (await gauge()) === 0, { timeoutMs: 60_000 });
    expect((await health.report()).checks).toEqual([]);
    expect(said.at(-1)?.text).toContain('again');
    await close();
  });

  it('wait for rows to be known, and count what they cannot read as failed', async () => {
    const unknown = checks(null);
    const missing = checks('tasks_nowhere');
    await eventually(async () => (await missing.count('failed')) > 0, { timeoutMs: 60_000 });
    expect([await unknown.count('equal'), await unknown.count('failed')]).toEqual([0, 0]);
    await Promise.all([unknown.close(), missing.close()]);
  });
});
