import type { Pool } from 'pg';
import { listBuilds, readJournal } from '@mps-ledger/catalogue';
import { makePostgresLog, type EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { startApp, testDatabase, type AppProcess, type TestDatabase } from '@mps-ledger/testing';
import { isCaughtUp, receiveAndDerive, specProjector } from '../../apps/projector/testing/ledger';
import { transcode, workflow } from '../../apps/projector/testing/partition-log';
import { rowsOfSchema } from './rows-of-schema';

jest.setTimeout(300_000);

const NOTIFICATIONS = 1_200;

describe('npm run rebuild', () => {
  let db: TestDatabase;
  let pool: Pool;
  let log: EventLog;
  const environment = () => ({
    EVENT_LOG: 'postgres',
    DATABASE_URL: db.url,
    LOG_LEVEL: 'warn',
    LEDGER_PARTITIONS: '4',
  });
  const rebuild = (...args: string[]): AppProcess =>
    startApp('apps/replay/rebuild/main.js', {
      env: environment(),
      args: ['--yes', '--reason', 'in doubt', '--json', ...args],
    });
  const result = async (program: AppProcess): Promise<Readonly<Record<string, unknown>>> => {
    const { code } = await program.ended;
    expect({ code, said: code === 0 ? '' : program.stderr() }).toEqual({ code: 0, said: '' });
    return JSON.parse(program.stdout()) as Readonly<Record<string, unknown>>;
  };
  /** The lease of a process that was killed expires. */
  const expire = () => pool.query('UPDATE ledger.build SET rebuild_expires = clock_timestamp()');
  const loaded = async (schema: string): Promise<number> =>
    Number((await pool.query<{ n: string }>(`SELECT sum(position) AS n FROM ${schema}.checkpoint`)).rows[0]?.n ?? 0);

  beforeAll(async () => {
    db = await testDatabase();
    pool = db.pool();
    expect(await startApp('apps/standalone/setup.js', { env: environment() }).ended).toMatchObject({ code: 0 });
    log = makePostgresLog({ url: db.url });
    const append = async (...given: Parameters<EventLog['append']>) => (await log.append(...given)).offsets;
    for (let n = 0; n < NOTIFICATIONS; n += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, at) => {
          const taskId = `task-${(n + at) % 400}`;
          const parts = [transcode(1, (n + at) % 7 === 0 ? 'FAIL' : 'SUCCESS'), transcode(2, 'PROCESSING')];
          return receiveAndDerive(append, workflow(taskId, n > 600 ? 'FINISH' : 'PROCESSING', parts), taskId, n + at);
        }),
      );
    const projector = await specProjector(log, pool);
    await eventually(() => isCaughtUp(log, pool), { timeoutMs: 120_000 });
    await projector.close();
  });
  afterAll(async () => {
    await log.close();
    await db.close();
  });

  it('is continued after each of five kills, and leaves the rows of the build that is read', async () => {
    // One partition after another, so that each kill leaves some of the twelve.
    for (let kill = 0; kill < 5; kill += 1) {
      const program = rebuild('--rate', '200', '--concurrency', '1');
      const before = (await listBuilds(pool)).at(-1)!;
      const had = before.state === 'building' ? await loaded(before.schema) : 0;
      await eventually(
        async () => {
          const { state, schema } = (await listBuilds(pool)).at(-1)!;
          return state === 'building' && (await loaded(schema).catch(() => 0)) > had;
        },
        { timeoutMs: 60_000 },
      );
      program.signal('SIGKILL');
      await program.ended;
      await expire();
    }
    expect(await result(rebuild('--rate', 'max'))).toMatchObject({ build: 2, state: 'ready', resumed: true });
    const [first, second, ...others] = await listBuilds(pool);
    expect(others).toEqual([]);
    expect([first?.state, second?.state, second?.isFollowed]).toEqual(['live', 'ready', true]);
    expect(await rowsOfSchema(pool, second!.schema)).toEqual(await rowsOfSchema(pool, first!.schema));
  });

  it('is refused while another process loads the build, and stopped by Ctrl-C, it is continued', async () => {
    const slow = rebuild('--rate', '300');
    await eventually(async () => (await listBuilds(pool)).some(({ n, rebuiltBy }) => n === 3 && rebuiltBy !== null), {
      timeoutMs: 60_000,
    });
    const second = rebuild();
    expect((await second.ended).code).toBe(1);
    expect(second.stderr()).toContain('Build 3 is being loaded by ');
    slow.signal('SIGINT');
    expect((await slow.ended).code).toBe(1);
    expect(slow.stderr()).toContain('Run npm run rebuild again, which continues where it was.');
    expect((await listBuilds(pool)).at(-1)).toMatchObject({ n: 3, state: 'building', rebuiltBy: null });
    expect(await result(rebuild('--rate', 'max'))).toMatchObject({ build: 3, state: 'ready', resumed: true });
  });

  it('goes on where its connections are lost, and ends where another process has taken the build over', async () => {
    const program = rebuild('--rate', '400');
    const begun = async () => (await listBuilds(pool)).find(({ n, rebuiltBy }) => n === 4 && rebuiltBy !== null);
    const { schema } = await eventually(begun, { timeoutMs: 60_000 });
    await eventually(async () => (await loaded(schema).catch(() => 0)) > 0, { timeoutMs: 60_000 });
    const ended = await pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mps-ledger rebuild'",
    );
    expect(ended.rows.length).toBeGreaterThan(1);
    const had = await loaded(schema);
    await eventually(async () => (await loaded(schema)) > had, { timeoutMs: 60_000 });
    await pool.query(
      "UPDATE ledger.build SET rebuilt_by = 'another', rebuild_expires = clock_timestamp() + interval '1 h' WHERE n = 4",
    );
    expect((await program.ended).code).toBe(1);
    expect(program.stderr()).toContain('Build 4 was taken over by another process');
    await expire();
    expect(await result(rebuild('--rate', 'max'))).toMatchObject({ build: 4, state: 'ready', resumed: true });
  });

  it('is noted in the journal: who, when, what, why, and what came of it', async () => {
    const [last] = await readJournal(pool);
    expect(last).toMatchObject({
      ...{ who: expect.stringContaining('@'), why: 'in doubt' },
      what: expect.stringMatching(/^rebuild, continued: build 4 /),
      outcome: expect.stringMatching(/^build 4 .* is ready, made of \d+ records$/),
    });
  });

  it('ends what was killed as it handed the build over', async () => {
    await pool.query("UPDATE ledger.build SET state = 'building' WHERE n = 4 AND is_followed");
    expect(await result(rebuild('--rate', 'max'))).toMatchObject({ build: 4, state: 'ready', resumed: true });
  });

  it('shows done and total, records per second, time left and lag', async () => {
    const program = rebuild('--rate', '3000');
    await eventually(() => program.stderr().includes('"seconds_left"'), { timeoutMs: 60_000 });
    const line =
      program
        .stderr()
        .split('\n')
        .find((one) => one.includes('"seconds_left"')) ?? '';
    expect(Object.keys(JSON.parse(line) as object)).toEqual([
      ...['time', 'step', 'done', 'total', 'per_second', 'seconds_left', 'lag'],
    ]);
    program.signal('SIGTERM');
    await program.ended;
  });

  it('changes nothing where nobody confirms it', async () => {
    const before = await listBuilds(pool);
    const program = startApp('apps/replay/rebuild/main.js', { env: environment() });
    expect((await program.ended).code).toBe(2);
    expect(program.stderr()).toContain('give --yes and --reason TEXT');
    expect(await listBuilds(pool)).toEqual(before);
  });
});
