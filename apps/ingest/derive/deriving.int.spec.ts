import { FIRST_GENERATIONS, makePostgresLog, setupPostgresLog, type EventLog } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { eventually } from '@mps-ledger/spec-kit';
import { hostile, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { deriveGroup, TOPICS } from '@mps-ledger/records';
import { startDeriving, type Deriving } from './deriving';
import { makeIngestMetrics } from '../ingest-metrics';
import { startIngest } from '../start';
import { allDerived, derivedTimes, receiveInto } from '../testing/derived-once';
import { NOTIFICATION, SPEC_LAYOUT, startListener } from '../testing/callback-listener';

jest.setTimeout(120_000);

const SEED = Number(process.env['LOG_SEED'] ?? Date.now() % 1_000_000);

let db: TestDatabase;
let log: EventLog;
const running: Deriving[] = [];

beforeEach(async () => {
  const prepare = async (url: string) => void (await setupPostgresLog({ url, layout: SPEC_LAYOUT }));
  db = await testDatabase({ template: { name: 'ingest_log', prepare } });
  log = makePostgresLog({ url: db.url });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((deriving) => deriving.stop()));
  await log.close();
  await db.close();
});

function derive(over: EventLog = log): Deriving {
  const metrics = makeIngestMetrics(makeMetrics({ processMetrics: false }));
  const deriving = startDeriving({ log: over, generations: FIRST_GENERATIONS, logger: silentLogger(), metrics });
  running.push(deriving);
  return deriving;
}

/** Sets the group's progress, as a tool might; null: as if it had none. */
async function moveProgress(position: number | null): Promise<void> {
  const { rowCount } = await db
    .pool()
    .query('UPDATE ledger_log.claim SET position = $1 WHERE "group" = $2', [position, deriveGroup(FIRST_GENERATIONS)]);
  expect(rowCount).toBe(SPEC_LAYOUT.partitions);
}

/** Takes the records of a topic's partition from an offset on out of the log, as a dump that is older does. */
async function cut(topic: string, partition: number, from: number): Promise<void> {
  const pool = db.pool();
  const where = `(SELECT id FROM ledger_log.partition WHERE topic = $1 AND partition = $2)`;
  await pool.query('ALTER TABLE ledger_log.record DISABLE TRIGGER append_only');
  await pool.query(`DELETE FROM ledger_log.record WHERE partition_id = ${where} AND "offset" >= $3`, [
    topic,
    partition,
    from,
  ]);
  await pool.query(`UPDATE ledger_log.partition SET next_offset = $3 WHERE id = ${where}`, [topic, partition, from]);
}

const untilAllDerived = (over: EventLog) =>
  eventually(() => allDerived(over), { timeoutMs: 60_000, what: 'every raw record to be derived' });

const problems = (deriving: Deriving) => deriving.problems().map(({ partition, code }) => `${partition}: ${code}`);

describe('deriving continues', () => {
  it.each([
    ['the end', 'latest'],
    ['the beginning', 0],
    ['beyond the end', 1_000_000],
    ['nowhere', null],
  ] as const)('after what was derived, though the group’s progress was moved to %s with a backlog', async (_, to) => {
    await receiveInto(log, 1, 'first', 20);
    const before = derive();
    await untilAllDerived(log);
    await before.stop();
    await receiveInto(log, 1, 'waits', 30);
    await moveProgress(to === 'latest' ? 51 : to);
    derive();
    expect(await untilAllDerived(log)).toEqual(Array(50).fill(1));
    // What is committed then is a hint that says what is so.
    await eventually(async () => (await log.progress(deriveGroup(FIRST_GENERATIONS), TOPICS.raw))[1] === 51);
    await receiveInto(log, 1, 'last', 5);
    expect(await untilAllDerived(log)).toEqual(Array(55).fill(1));
  });

  it('under its feet too: moving progress while it runs is of no effect', async () => {
    await receiveInto(log, 1, 'first', 20);
    const deriving = derive();
    await untilAllDerived(log);
    await moveProgress(1_000_000);
    await receiveInto(log, 1, 'last', 5);
    expect(await untilAllDerived(log)).toEqual(Array(25).fill(1));
    expect(deriving.problems()).toEqual([]);
  });

  it('after raw records that were taken out of the log, which it derives no more', async () => {
    await receiveInto(log, 1, 'first', 4);
    const before = derive();
    await untilAllDerived(log);
    await before.stop();
    await receiveInto(log, 1, 'waits', 4);
    const pool = db.pool();
    await pool.query('ALTER TABLE ledger_log.record DISABLE TRIGGER append_only');
    await pool.query(
      'DELETE FROM ledger_log.record WHERE "offset" IN (4, 5, 7) AND key IS NOT NULL AND headers LIKE \'%"sha256"%\'',
    );
    const deriving = derive();
    await untilAllDerived(log);
    expect([...(await derivedTimes(log))].map(([place]) => place)).toEqual(expect.arrayContaining(['1/6', '1/8']));
    await eventually(() => deriving.problems().length === 0);
  });

  it(`through every hostility, skipping nothing (LOG_SEED=${SEED})`, async () => {
    const open = () => makePostgresLog({ url: db.url });
    const logs = [0, 1, 2].map((number) => hostile(open(), { seed: SEED + number, redelivery: 0.3 }));
    const derivings = logs.map((one) => derive(one));
    for (const [number, one] of logs.entries())
      await receiveInto(one, number % SPEC_LAYOUT.partitions, `h${number}`, 40);
    await untilAllDerived(logs[0]!);
    const done = (of: (deeds: (typeof logs)[number]['deeds']) => number) =>
      logs.reduce((sum, { deeds }) => sum + of(deeds), 0);
    expect(done(({ repeatedAppend }) => repeatedAppend)).toBeGreaterThan(0);
    expect(done(({ redelivery, cut, takenAway, late }) => redelivery + cut + takenAway + late)).toBeGreaterThan(0);
    expect(derivings.flatMap((one) => one.problems()).filter(({ code }) => code === 'log-replaced')).toEqual([]);
    await Promise.all(derivings.map((one) => one.stop()));
    await Promise.all(logs.map((one) => one.close()));
  });
});

describe('a raw log that lost its tail', () => {
  it('is not derived, and reports it, while other partitions continue; fixed, it continues', async () => {
    await receiveInto(log, 1, 'first', 20);
    const before = derive();
    await untilAllDerived(log);
    await before.stop();
    const kept = await db
      .pool()
      .query('SELECT * FROM ledger_log.record WHERE "offset" >= 10 AND headers LIKE \'%"sha256"%\'');
    await cut(TOPICS.raw, 1, 10);
    const deriving = derive();
    await eventually(() => {
      expect(problems(deriving)).toEqual(['1: log-replaced']);
      return true;
    });
    await receiveInto(log, 2, 'elsewhere', 3);
    await eventually(async () => (await derivedTimes(log)).get('2/3') === 1);
    await receiveInto(log, 1, 'other', 20);
    await expect(
      eventually(async () => (await derivedTimes(log)).get('1/25') === 1, { timeoutMs: 2_000 }),
    ).rejects.toThrow();
    expect(deriving.problems()[0]?.reason).toContain('is not the raw log that the events were derived from');

    await cut(TOPICS.raw, 1, 10);
    for (const row of kept.rows as {
      partition_id: number;
      offset: string;
      logged: Date;
      key: Buffer;
      value: Buffer;
      headers: string;
    }[])
      await db
        .pool()
        .query('INSERT INTO ledger_log.record VALUES ($1, $2, $3, $4, $5, $6)', [
          ...[row.partition_id, row.offset, row.logged, row.key, row.value, row.headers],
        ]);
    await db
      .pool()
      .query('UPDATE ledger_log.partition SET next_offset = 21 WHERE topic = $1 AND partition = 1', [TOPICS.raw]);
    await eventually(() => deriving.problems().length === 0);
    await receiveInto(log, 1, 'again', 3);
    expect(await untilAllDerived(log)).toEqual(Array(26).fill(1));
  });

  it('is not received into, by no process, from its start on and while one runs', async () => {
    const { ingest, post, metrics, health } = await startListener({ log });
    expect((await post(NOTIFICATION)).status).toBe(200);
    await untilAllDerived(log);
    const [place] = [...(await derivedTimes(log)).keys()];
    const [partition, offset] = place!.split('/').map(Number);
    await cut(TOPICS.raw, partition!, offset!);
    const check = async () => (await health.report()).checks.find(({ name }) => name === 'derive');
    const reason = expect.stringContaining(`partition ${partition} blocked`) as string;
    await eventually(async () => {
      expect(await check()).toMatchObject({ ok: false, reason });
      return true;
    });
    const ends = await log.endPositions(TOPICS.raw);
    expect((await post(NOTIFICATION)).status).toBe(503);
    const stopped = 'mps_ledger_derive_stopped_partitions{code="log-replaced"} 1';
    await eventually(async () => (await metrics.text()).includes(stopped));
    expect((await post(NOTIFICATION)).status).toBe(503);
    await ingest.close();

    const another = await startListener({ log });
    expect((await another.post(NOTIFICATION)).status).toBe(503);
    expect(await log.endPositions(TOPICS.raw)).toEqual(ends);
    await another.ingest.close();
  });
});

describe('deriving that cannot go on', () => {
  it('stops at once while the log does not answer where it would begin', async () => {
    let asked = 0;
    const silent: EventLog = { ...log, endPositions: () => new Promise(() => void (asked += 1)) };
    const deriving = derive(silent);
    await eventually(() => asked > SPEC_LAYOUT.partitions);
    const began = performance.now();
    await deriving.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('makes ingest not ready within seconds, reports since when, and is ready again once it continues', async () => {
    const health = makeHealth();
    let isBroken = true;
    const broken: EventLog = {
      ...log,
      append: (topic, partition, records) =>
        isBroken && topic === TOPICS.events
          ? Promise.reject(new Error('no more room'))
          : log.append(topic, partition, records),
    };
    const ingest = await startIngest({
      config: {
        CALLBACK_HOST: '127.0.0.1',
        CALLBACK_PORT: 0,
        MPS_NOTIFY_PATH: 'mps',
        MPS_NOTIFY_KEY: undefined,
        MPS_NOTIFY_EXPIRED: 'accept',
      },
      identity: await log.identity(),
      ...{ log: broken, logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health },
    });
    const post = () => fetch(ingest.callbackUrl, { method: 'POST', body: NOTIFICATION });
    expect((await health.report()).status).toBe('ready');
    expect((await post()).status).toBe(200);
    const reason = await eventually(async () => (await health.report()).checks.find(({ ok }) => !ok)?.reason);
    expect(reason).toMatch(/^deriving of partition \d blocked since 20.*Z: failed: no more room$/);
    // Notifications are still received: they are derived later.
    expect((await post()).status).toBe(200);
    isBroken = false;
    await eventually(async () => (await health.report()).status === 'ready');
    expect(await untilAllDerived(log)).toEqual([1, 1]);
    await ingest.close();
  });
});
