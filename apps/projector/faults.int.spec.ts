import type { Pool } from 'pg';
import { projectionSchema as schema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { eventsProjection, type ToRows } from '@mps-ledger/task-projection';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { dyingPool, endBackend } from './testing/failing-pool';
import { LOG, PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

describe('a projector among failures', () => {
  let database: TestDatabase;
  let pool: Pool;
  let log: PartitionLog;
  /** The rows that the log results in without failures. */
  let whole: Awaited<ReturnType<typeof allRows>>;

  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool({ max: 8 });
    log = new PartitionLog(1);
    for (let n = 0; n < 40; n += 1) {
      const parts = [transcode(n % 4, 'SUCCESS'), transcode(9, 'FAIL')];
      log.notify({ body: workflow(taskIdIn(1, `task${n % 5}`), n % 3 === 0 ? 'FINISH' : 'PROCESSING', parts) });
    }
    await handProjector({ pool }).catchUp(log);
    whole = await allRows(pool);
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  const parked = async (): Promise<number> => (await pool.query(`SELECT FROM ${schema}.parked`)).rows.length;

  it.each(['before', 'after'] as const)(
    'leaves rows and checkpoint together when its connection dies %s any one statement',
    async (when) => {
      const half = log.whole(Math.floor(log.end / 2));
      let statement = 1;
      for (let survived = false; !survived; statement += 1) {
        await emptyProjection(pool);
        await handProjector({ pool }).consume(log.batch(0, half));
        const before = await allRows(pool);
        const dying = dyingPool(pool, pool, statement, when);
        const projector = handProjector({ pool: dying.pool });
        await projector.takeOver(log);
        const outcome = await projector.consume(log.batch(half - 1)).catch((error: unknown) => error);
        survived = dying.survived();
        if (survived) expect(outcome).toBe(log.end);
        else expect(outcome).toBeInstanceOf(Error);
        expect([before, whole]).toContainEqual(await allRows(pool));
        await handProjector({ pool }).catchUp(log);
        expect(await allRows(pool)).toEqual(whole);
      }
      // BEGIN, checkpoint, tasks, rows, COMMIT.
      expect(statement).toBe(7);
    },
  );

  it('results in the same rows when two projectors work on one partition at once', async () => {
    const cuts = [3, 7];
    await Promise.all(
      cuts.map((size) => handProjector({ pool }).catchUp(log, (from, end) => Math.min(end, from + size))),
    );
    expect(await allRows(pool)).toEqual(whole);
  });

  it('results in the same rows while its connections are terminated at random', async () => {
    const over = new AbortController();
    const killer = (async () => {
      while (!over.signal.aborted) {
        const { rows } = await pool.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE application_name = 'victim' AND state <> 'idle' ORDER BY random() LIMIT 1`,
        );
        for (const { pid } of rows) await endBackend(pool, pid);
      }
    })();
    const victim = database.pool({ application_name: 'victim', max: 2 });
    for (let round = 0; round < 5; round += 1) {
      await emptyProjection(pool);
      const projector = handProjector({ pool: victim });
      await eventually(
        async () => {
          await projector.catchUp(log, (from, end) => Math.min(end, from + 11));
          return true;
        },
        { timeoutMs: 60_000 },
      );
      expect(await allRows(pool)).toEqual(whole);
    }
    over.abort();
    await killer;
  });

  it('continues where another owner is, after a batch that the other has applied', async () => {
    const stale = handProjector({ pool });
    await stale.consume(log.batch(0, 10));
    await handProjector({ pool }).catchUp(log);
    expect(await stale.consume(log.batch(10, 20))).toBe(log.end);
    expect(await allRows(pool)).toEqual(whole);
  });

  it('seeks back and raises an alarm when a batch begins after the checkpoint', async () => {
    const projector = handProjector({ pool });
    const end = log.whole(10);
    await projector.consume(log.batch(0, end));
    const before = await allRows(pool);
    expect(await projector.consume(log.batch(end + 2, 40))).toBe(end);
    expect(await allRows(pool)).toEqual(before);
    expect(projector.warnings).toHaveLength(1);
    expect(await projector.metrics.text()).toContain(
      'mps_ledger_projection_ahead_total{projection="tasks",topic="mps.task-events.v1"} 1',
    );
  });

  it('loses its locks when it is paused in the middle of a batch, and writes nothing when it resumes', async () => {
    let wake = (): void => undefined;
    const paused = new Promise<void>((resolve) => (wake = resolve));
    let reached = false;
    const eventsToRows: ToRows = async (...given) => {
      const projected = await eventsProjection(LOG.partitions)(...given);
      reached = true;
      await paused;
      return projected;
    };
    const sleeper = handProjector({
      pool,
      eventsToRows,
      options: { transaction: { idleTimeoutMs: 300 } },
    });
    const asleep = sleeper.consume(log.batch(0, 20)).catch((error: unknown) => error);
    await eventually(() => reached);
    await handProjector({ pool, options: { transaction: { lockTimeoutMs: 100 } } }).catchUp(log);
    wake();
    expect(await asleep).toBeInstanceOf(Error);
    expect(await allRows(pool)).toEqual(whole);
  });

  it('folds nothing of a partition while another projector is in the middle of a batch of it', async () => {
    let wake = (): void => undefined;
    const paused = new Promise<void>((resolve) => (wake = resolve));
    const working: string[] = [];
    const projector = (name: string) => {
      const eventsToRows: ToRows = async (...given) => {
        working.push(name);
        await paused;
        return eventsProjection(LOG.partitions)(...given);
      };
      const transaction = { lockTimeoutMs: 50 };
      return handProjector({ pool, eventsToRows, options: { transaction } });
    };
    const first = projector('first').consume(log.batch(0, 20));
    await eventually(() => working.length === 1);
    await expect(projector('second').consume(log.batch(0, 20))).rejects.toMatchObject({ code: '55P03' });
    expect(working).toEqual(['first']);
    wake();
    expect(await first).toBe(20);
  });

  it('commits nothing after it has lost its partition', async () => {
    const before = await allRows(pool);
    const lost = new AbortController();
    lost.abort();
    expect(await handProjector({ pool }).consume({ ...log.batch(), signal: lost.signal })).toBe(0);
    expect(await allRows(pool)).toEqual(before);
  });

  describe('of the environment', () => {
    /** A failure of the database that affects every batch, and how it ends. */
    const faults: readonly (readonly [string, string, string])[] = [
      [
        'a table is missing',
        `ALTER TABLE ${schema}.history RENAME TO missing`,
        `ALTER TABLE ${schema}.missing RENAME TO history`,
      ],
      [
        'the disk is full',
        `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON ${schema}.task_state EXECUTE FUNCTION full_disk()`,
        `DROP FUNCTION full_disk() CASCADE`,
      ],
      [
        'every row is rejected',
        `ALTER TABLE ${schema}.notification ADD CONSTRAINT never CHECK (false) NOT VALID`,
        `ALTER TABLE ${schema}.notification DROP CONSTRAINT never`,
      ],
      [
        'another fold wrote the state',
        `UPDATE ${schema}.task_state SET fold_version = 99`,
        `UPDATE ${schema}.task_state SET fold_version = 1`,
      ],
      [
        'the checkpoint was set back by hand',
        `UPDATE ${schema}.checkpoint SET position = position - 5, last_offset = NULL, last_digest = NULL`,
        `UPDATE ${schema}.checkpoint SET position = position + 5`,
      ],
    ];

    it.each(faults)('is blocked and parks nothing while %s, then continues', async (_, begin, end) => {
      const projector = handProjector({ pool });
      const at = log.whole(50);
      await projector.consume(log.batch(0, at));
      await pool.query(begin);
      const again = log.batch(at - 5);
      for (let attempt = 0; attempt < 8; attempt += 1) await expect(projector.consume(again)).rejects.toThrow();
      await pool.query(end);
      expect(await parked()).toBe(0);
      await projector.catchUp(log);
      const but = ['checkpoint'];
      expect(await allRows(pool, but)).toEqual({ ...whole, checkpoint: undefined });
    });

    it('is blocked and parks nothing while the database is read-only', async () => {
      await pool.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
      const readOnly = database.pool();
      const projector = handProjector({ pool: readOnly });
      for (let attempt = 0; attempt < 8; attempt += 1)
        await expect(projector.consume(log.batch(0))).rejects.toMatchObject({ code: '25006' });
      await pool.query(`ALTER DATABASE ${database.name} RESET default_transaction_read_only`);
      expect(await parked()).toBe(0);
    });

    it('is blocked and parks nothing while the checkpoint is locked', async () => {
      const holder = await pool.connect();
      await holder.query(`BEGIN; SELECT FROM ${schema}.checkpoint FOR UPDATE`);
      const projector = handProjector({ pool, options: { transaction: { lockTimeoutMs: 20 } } });
      for (let attempt = 0; attempt < 8; attempt += 1)
        await expect(projector.consume(log.batch())).rejects.toMatchObject({ code: '55P03' });
      await holder.query('ROLLBACK');
      holder.release();
      await projector.catchUp(log);
      expect(await allRows(pool)).toEqual(whole);
    });
  });
});
