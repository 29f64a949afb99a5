import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { makePostgresLog, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { eventsOfRecord } from '@mps-ledger/records';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { projectionSchema, readModelIn, readUnderivedAlarms } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { receiveInto } from '../apps/ingest/testing/derived-once';
import { startProjector, type RunningProjector } from '../apps/projector/start';

jest.setTimeout(180_000);

let db: TestDatabase;
let log: EventLog;

/** Runs a program of ours on the database to its end. */
function run(script: string, ...args: string[]): Promise<{ code: number | null; said: string; complained: string }> {
  const env = { PATH: process.env['PATH'], EVENT_LOG: 'postgres', DATABASE_URL: db.url, LOG_LEVEL: 'warn' };
  return new Promise((resolve) => {
    const program = execFile(process.execPath, [join('dist', script), ...args], { env }, (_, said, complained) =>
      resolve({ code: program.exitCode, said, complained }),
    );
  });
}

const again = (...args: string[]) => run('apps/ingest/derive/again/main.js', '--again', ...args);

beforeAll(async () => {
  db = await testDatabase();
  expect((await run('apps/standalone/setup.js')).code).toBe(0);
  log = makePostgresLog({ url: db.url });
});
afterAll(async () => {
  await log.close();
  await db.close();
});

/** Notifications at raw offsets 1 to 20, of which 6 to 15 are passed over. */
async function passOver(partition: number): Promise<void> {
  await receiveInto(log, partition, `p${partition}`, 20);
  const raw: LogRecord[] = [];
  for await (const records of log.read({ topic: TOPICS.raw, partition, from: 1, to: 21 })) raw.push(...records);
  for (const record of raw)
    if (record.offset < 6 || record.offset > 15)
      await log.append(
        TOPICS.events,
        partition,
        eventsOfRecord(record).map((one) => one.record),
      );
}

describe('npm run derive', () => {
  let projector: RunningProjector;
  beforeAll(async () => {
    await passOver(3);
    await passOver(7);
    const parts = { logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health: makeHealth() };
    projector = await startProjector({ log, pool: db.pool(), ...parts });
  });
  afterAll(() => projector.close());

  it('says what would be derived, of a range', async () => {
    expect(await again('--partition', '3', '--from', '0', '--to', '8', '--dry-run', '--json')).toEqual({
      ...{ code: 0, complained: '' },
      said: '{"partition":3,"from":0,"to":8,"notifications":7,"events":0,"resumesAt":21}\n',
    });
    expect(await again('--partition', '3', '--from', '900', '--to', '901')).toMatchObject({ code: 4 });
  });

  it('derives what the projector misses, so that its alarm ends', async () => {
    const pool = db.pool();
    await eventually(async () => (await readUnderivedAlarms(readModelIn(projectionSchema, pool))).length === 2);
    const { code, said } = await again();
    expect({ code, said }).toEqual({
      code: 0,
      said:
        'partition 3, raw 6 to 15: 10 notifications derived again, 20 events\n' +
        'partition 7, raw 6 to 15: 10 notifications derived again, 20 events\n',
    });
    await eventually(async () => (await readUnderivedAlarms(readModelIn(projectionSchema, pool))).length === 0);
    expect(await again()).toEqual({
      code: 0,
      said: '',
      complained: 'Nothing is missing: every notification was derived.\n',
    });
  });

  it.each([
    [['--partition', '12', '--from', '0', '--to', '1'], 2, 'There is no partition 12: the log has 0 to 11.'],
    [['--partition', '1'], 2, '--from and --to is missing'],
  ])('refuses %j', async (args, code, message) => {
    expect(await again(...args)).toMatchObject({
      code,
      said: '',
      complained: expect.stringContaining(message) as string,
    });
  });

  it('refuses a raw log that is not the one that was derived', async () => {
    await db.pool().query('ALTER TABLE ledger_log.record DISABLE TRIGGER append_only');
    await db.pool().query(
      `DELETE FROM ledger_log.record WHERE "offset" >= 18 AND partition_id =
         (SELECT id FROM ledger_log.partition WHERE topic = $1 AND partition = 3)`,
      [TOPICS.raw],
    );
    await db
      .pool()
      .query('UPDATE ledger_log.partition SET next_offset = 18 WHERE topic = $1 AND partition = 3', [TOPICS.raw]);
    const { code, complained } = await again('--partition', '3', '--from', '6', '--to', '8');
    expect(code).toBe(1);
    expect(complained).toContain('is not the raw log that the events were derived from: it ends at 18');
  });
});
