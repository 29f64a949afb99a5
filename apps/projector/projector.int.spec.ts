import type { Pool } from 'pg';
import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import type { EventLog } from '@mps-ledger/event-log';
import {
  migrate,
  projectionSchema as schema,
  readFreshness,
  readModelIn,
  readUnderived,
  readUnderivedAlarms,
} from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { appendUntilAcknowledged, hostile, testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { toRejectedRecord, TOPICS } from '@mps-ledger/records';
import { Client } from 'pg';
import { deriveAll, receiveAndDerive, isCaughtUp, LAYOUT, receive, specProjector } from './testing/ledger';
import type { Append, SpecProjector } from './testing/ledger';
import { transcode, workflow } from './testing/partition-log';
import { allRows, emptyProjection } from './testing/projection';

jest.setTimeout(120_000);

/** No hostility at all. */
const NO_HOSTILITY = {
  lostAcknowledgement: 0,
  refusedAppend: 0,
  repeatedAppend: 0,
  redelivery: 0,
  cut: 0,
  takenAway: 0,
  late: 0,
  gaps: false,
};

describe('the projector over a log', () => {
  let database: TestDatabase;
  let pool: Pool;
  let log: EventLog;
  const projectors: SpecProjector[] = [];
  /** Further resources of a spec, closed in reverse order. */
  const opened: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    database = await testDatabase();
    pool = database.pool({ max: 8 });
    await Promise.all([migrate(database.url, schema), setupPostgresLog({ url: database.url, layout: LAYOUT })]);
    log = makePostgresLog({ url: database.url, pollMs: 50 });
  });
  afterEach(async () => {
    await Promise.all(projectors.splice(0).map((projector) => projector.close()));
    await log.close();
    for (const one of opened.splice(0).reverse()) await one.close();
    await database.close();
  });

  const start = async (over: EventLog = log): Promise<SpecProjector> => {
    const projector = await specProjector(over, pool);
    projectors.push(projector);
    return projector;
  };
  const surely =
    (over: EventLog): Append =>
    async (topic, partition, records) =>
      (await appendUntilAcknowledged(over, topic, partition, records)).offsets;
  const send = async (over: EventLog, from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n += 1) {
      const taskId = `task-${n % 9}`;
      const parts = [
        transcode(n % 3, n % 2 === 0 ? 'SUCCESS' : 'FAIL'),
        transcode(8, 'PROCESSING', { Progress: n % 100 }),
      ];
      await receiveAndDerive(surely(over), workflow(taskId, n % 4 === 0 ? 'FINISH' : 'PROCESSING', parts), taskId, n);
    }
  };
  const reason = async ({ health }: SpecProjector) =>
    (await health.report()).checks.find(({ name }) => name === 'projection')?.reason;

  /** Refuses all connections to the database, or allows them again. */
  const allowConnections = async (isAllowed: boolean): Promise<void> => {
    const url = new URL(database.url);
    url.pathname = '/postgres';
    const server = new Client({ connectionString: url.href });
    await server.connect();
    await server.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS ${String(isAllowed)}`);
    if (!isAllowed)
      await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database.name]);
    await server.end();
  };

  it('reports while idle that the database is down, and how old the rows are', async () => {
    await send(log, 0, 4);
    const projector = await start();
    const lag = async () =>
      Number(/projection_lag_seconds\{projection="tasks"\} (\S+)/.exec(await projector.metrics.text())?.[1]);
    await eventually(
      async () => (await isCaughtUp(log, pool)) && (await reason(projector)) === null && (await lag()) >= 0,
    );
    await allowConnections(false);
    try {
      await eventually(async () => /connect|terminat/.test((await reason(projector)) ?? ''));
      const before = await lag();
      await eventually(async () => (await lag()) > before + 0.5);
    } finally {
      await allowConnections(true);
    }
    await eventually(async () => (await reason(projector)) === null && (await lag()) < 5);
  });

  it('applies what is on the log, and follows it', async () => {
    await send(log, 0, 20);
    const projector = await start();
    await eventually(() => isCaughtUp(log, pool));
    await send(log, 20, 30);
    await eventually(() => isCaughtUp(log, pool));
    expect((await allRows(pool))['task']).toHaveLength(9);
    expect(await reason(projector)).toBeNull();
    expect(await projector.metrics.text()).toMatch(
      /mps_ledger_projection_lag_events\{projection="tasks",partition="0"\} 0/,
    );
  });

  it('is unready, with the reason, until schema and log are set up; then starts automatically', async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    const projector = await start();
    await eventually(async () => (await reason(projector)) === `schema ${schema} is missing: run setup`);
    await migrate(database.url, schema);
    await send(log, 0, 3);
    await eventually(() => isCaughtUp(log, pool));
    await eventually(async () => (await reason(projector)) === null);
  });

  it('announces commits to listeners, by the name of the projection and nothing else', async () => {
    const listener = new Client({ connectionString: database.url });
    await listener.connect();
    const payloads: (string | undefined)[] = [];
    listener.on('notification', ({ payload }) => payloads.push(payload));
    await listener.query('LISTEN mps_ledger_projection');
    await start();
    await send(log, 0, 5);
    await eventually(() => isCaughtUp(log, pool));
    await eventually(() => payloads.length > 0);
    expect(new Set(payloads)).toEqual(new Set(['tasks']));
    await listener.end();
  });

  it('keeps rejected records as notifications', async () => {
    const rejected = {
      notificationId: 'n',
      account: 'default',
      source: 's',
      transport: 'callback',
      trust: 'file',
      received: '2026-11-22T09:00:00.000Z',
    } as const;
    await log.append(TOPICS.rejected, 2, [
      toRejectedRecord({ ...rejected, reason: 'not-json', digest: 'd', size: 1, truncated: false }),
    ]);
    await start();
    await eventually(() => isCaughtUp(log, pool, TOPICS.rejected));
    const { rows } = await pool.query(`SELECT state, "offset", partition FROM ${schema}.notification`);
    expect(rows).toEqual([{ state: 'rejected', offset: '1', partition: 2 }]);
  });

  it.each([
    ['another of the same length', 12],
    ['an empty one', 0],
  ])('stops where its log was replaced by %s, reports it, and resets nothing', async (_, notifications) => {
    const wrapped = hostile(log, { seed: 1, ...NO_HOSTILITY });
    await send(wrapped, 0, 12);
    const projector = await start(wrapped);
    await eventually(() => isCaughtUp(wrapped, pool));
    await eventually(() => isCaughtUp(wrapped, pool, TOPICS.rejected));
    await eventually(
      async () => (await pool.query('SELECT FROM tasks_v1.checkpoint WHERE seen_end = 0')).rowCount === 0,
    );
    const before = await allRows(pool);

    const elsewhere = await testDatabase();
    opened.push(elsewhere);
    await setupPostgresLog({ url: elsewhere.url, layout: LAYOUT });
    const other = makePostgresLog({ url: elsewhere.url, pollMs: 50 });
    opened.push(other);
    await send(other, 0, notifications);
    await wrapped.replace(other);
    await eventually(async () => (await reason(projector))?.includes('log-replaced'));
    expect(await projector.metrics.text()).toContain(
      'projection_stopped_partitions{projection="tasks",code="log-replaced"}',
    );
    expect(await allRows(pool)).toEqual(before);

    await wrapped.replace(log);
    await eventually(async () => (await reason(projector)) === null);
    await send(wrapped, 12, 14);
    await eventually(() => isCaughtUp(wrapped, pool));
  });

  it('does not start with a log that the rows do not belong to', async () => {
    await send(log, 0, 3);
    await start();
    await eventually(() => isCaughtUp(log, pool));
    await projectors.splice(0)[0]?.close();
    await pool.query('DROP SCHEMA ledger_log CASCADE');
    await setupPostgresLog({ url: database.url, layout: LAYOUT });
    const projector = await start();
    await eventually(async () => (await reason(projector))?.startsWith('tasks_v1 belongs to log'));
  });

  it('writes as of when it is complete, also when idle, and not before everything is applied', async () => {
    await send(log, 0, 4);
    await start();
    await eventually(async () => (await readFreshness(readModelIn(schema, pool))).lagMs !== null);
    const { rows } = await pool.query<{ asof: Date }>(
      `SELECT min(complete_as_of) AS asof FROM ${schema}.checkpoint WHERE topic = $1`,
      [TOPICS.events],
    );
    await eventually(async () => {
      const later = await pool.query<{ asof: Date }>(
        `SELECT min(complete_as_of) AS asof FROM ${schema}.checkpoint WHERE topic = $1`,
        [TOPICS.events],
      );
      return later.rows[0]!.asof > rows[0]!.asof;
    });
  });

  it('reports within seconds which raw records derivation has passed over, until they are derived', async () => {
    const projector = await start();
    const alarms = async (): Promise<string | undefined> =>
      /underived_partitions\{passed_over="true"\} (\d)/.exec(await projector.metrics.text())?.[1];
    await send(log, 0, 4);
    const lag = async () => (await readFreshness(readModelIn(schema, pool))).lagMs;
    await eventually(
      async () => (await reason(projector)) === null && (await alarms()) === '0' && (await lag()) !== null,
    );
    const passedOver = await receive(surely(log), workflow('passed-over', 'FINISH'), 'passed-over', 100);
    await receiveAndDerive(surely(log), workflow('passed-over', 'PROCESSING'), 'passed-over', 101);
    await eventually(async () => /underived: .*derive -- --again/.test((await reason(projector)) ?? ''));
    expect(await alarms()).toBe('1');
    const [range, ...more] = await readUnderived(readModelIn(schema, pool));
    expect([range!.to - range!.from, more.length]).toEqual([1, 0]);
    const before = (await lag())!;
    await eventually(async () => (await lag())! > before + 500);
    await passedOver();
    await eventually(async () => (await reason(projector)) === null && (await lag())! < 2_000);
    expect([await alarms(), await readUnderived(readModelIn(schema, pool))]).toEqual(['0', []]);
  });

  it('results in the same rows over a log that is hostile in every permitted way', async () => {
    const seed = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
    process.stdout.write(`hostile log: FC_SEED=${seed}\n`);
    const enemy = hostile(log, { seed });
    await start(enemy);
    await start(enemy);
    await send(enemy, 0, 120);
    await Promise.all([deriveAll(enemy, surely(enemy)), deriveAll(enemy, surely(enemy))]);
    await eventually(() => isCaughtUp(enemy, pool), { timeoutMs: 60_000 });
    // However often raw offsets step back on it, and whatever gaps it has: it is complete, and nothing is missed.
    await eventually(async () => ((await readFreshness(readModelIn(schema, pool))).lagMs ?? Infinity) < 5_000, {
      timeoutMs: 30_000,
    });
    // An alarm of what one deriver was ahead of the other with ends with the next look at it.
    await eventually(async () => (await readUnderivedAlarms(readModelIn(schema, pool))).length === 0, {
      timeoutMs: 30_000,
    });
    await Promise.all(projectors.splice(0).map((projector) => projector.close()));
    const rows = await allRows(pool, ['checkpoint']);
    expect(Object.values(enemy.deeds).filter((times) => times === 0)).toEqual([]);

    await emptyProjection(pool);
    const gapsOnly = hostile(log, { seed, ...NO_HOSTILITY, gaps: true });
    await start(gapsOnly);
    await eventually(() => isCaughtUp(gapsOnly, pool), { timeoutMs: 60_000 });
    expect(await allRows(pool, ['checkpoint'])).toEqual(rows);
  });
});
