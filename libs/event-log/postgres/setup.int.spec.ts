import { FIRST_GENERATIONS, makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import type { EventLog, LogLayout } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { collect, CONTRACT_LAYOUT, onServer, record, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { SCHEMA_VERSION } from './schema';

jest.setTimeout(60_000);

const TOPIC = 'contract.first';
const layout = CONTRACT_LAYOUT;
const OTHER_FORMAT = `
  ALTER TABLE ledger_log.record DISABLE TRIGGER append_only;
  UPDATE ledger_log.record SET headers = '{"ledger-genesis":"1"}'`;

let db: TestDatabase;
const opened: EventLog[] = [];

function open(options: { topicPrefix?: string; layout?: LogLayout } = {}): EventLog {
  const log = makePostgresLog({ url: db.url, ...options });
  opened.push(log);
  return log;
}

beforeEach(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await db.close();
});

describe('setup of the Postgres log', () => {
  it('refuses another number of partitions, naming both, and changes nothing', async () => {
    const before = await setupPostgresLog({ url: db.url, layout });
    await expect(setupPostgresLog({ url: db.url, layout: { ...layout, partitions: 5 } })).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(/4 partitions.*not 5/),
    });
    expect(await open().identity()).toEqual(before);
    expect(await open().endPositions(TOPIC)).toEqual([1, 1, 1, 1]);
  });

  it('creates nothing of a log again that is missing, and says what exists', async () => {
    const known = await setupPostgresLog({ url: db.url, layout });
    const more = { ...layout, topics: [...layout.topics, 'contract.third'] };
    await expect(open({ layout: more }).identity()).rejects.toMatchObject({
      code: 'log-not-ready',
      message: expect.stringContaining('contract.third'),
    });
    const refusal = {
      code: 'log-differs',
      message: expect.stringMatching(
        /contract\.third \(all of it\)[^]*contract\.first \(ends at 4 over 4 partitions\)[^]*to fix it/,
      ),
    };
    await expect(setupPostgresLog({ url: db.url, layout: more })).rejects.toMatchObject(refusal);
    await db.pool().query('DROP SCHEMA ledger_log CASCADE');
    await expect(setupPostgresLog({ url: db.url, layout, known })).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(new RegExp(`the database knows log ${known.logId}.*none of its topics`)),
    });
    expect((await db.pool().query("SELECT 1 WHERE to_regclass('ledger_log.log') IS NOT NULL")).rows).toEqual([]);
  });

  it('refuses a log that is shorter than what is known of it', async () => {
    const identity = await setupPostgresLog({ url: db.url, layout });
    const known = { ...identity, ends: new Map([[TOPIC, [1, 1, 1, 2]]]) };
    await expect(setupPostgresLog({ url: db.url, layout, known })).rejects.toMatchObject({
      code: 'log-differs',
      message: expect.stringMatching(/partition 3 of contract\.first ends at 1, and was 2 long/),
    });
  });

  it('keeps logs with different prefixes apart in one database', async () => {
    const ids = await Promise.all(
      ['', 'a.', 'b.'].map((topicPrefix) => setupPostgresLog({ url: db.url, layout, topicPrefix })),
    );
    expect(new Set(ids.map(({ logId }) => logId)).size).toBe(3);
    const [one, other] = [open({ topicPrefix: 'a.' }), open({ topicPrefix: 'b.' })];
    const { offsets } = await one.append(TOPIC, 0, [record('for a')]);
    const { delivered } = collect(other, { group: 'g', topic: TOPIC });
    const own = collect(one, { group: 'g', topic: TOPIC }).delivered;
    await eventually(() => own.get(0, offsets[0]) && delivered.log(0).length === 1);
    expect(await other.endPositions(TOPIC)).toEqual([1, 1, 1, 1]);
    expect((await one.identity()).logId).toBe(ids[1]!.logId);
  });

  it.each([1, 99])('refuses tables of version %d, which another build made, as do the programs', async (version) => {
    await setupPostgresLog({ url: db.url, layout });
    await db.pool().query('UPDATE ledger_log.schema_version SET version = $1', [version]);
    const message = `the schema ledger_log is of version ${version}, and this build reads version ${SCHEMA_VERSION}`;
    await expect(setupPostgresLog({ url: db.url, layout })).rejects.toMatchObject({ code: 'log-format', message });
    await expect(open().identity()).rejects.toMatchObject({ code: 'log-format', message });
  });

  it('refuses genesis records of another format, as do the programs', async () => {
    const { logId } = await setupPostgresLog({ url: db.url, layout });
    await db.pool().query(OTHER_FORMAT);
    const message = expect.stringMatching(
      /^partition 0 of contract\.\w+ is of format 1, and this build reads format 2$/,
    );
    await expect(setupPostgresLog({ url: db.url, layout })).rejects.toMatchObject({ code: 'log-format', message });
    const log = open({ layout });
    await expect(log.identity()).rejects.toMatchObject({ code: 'log-format', message });
    log.guard.expect({ logId, ...FIRST_GENERATIONS, partitions: layout.partitions });
    expect(await log.guard.check()).toMatchObject({ code: expect.stringMatching(/log-/), reason: message });
  });

  it('keeps other generations of a log beside it, under names of their own', async () => {
    const derived = { topic: TOPIC, mapper: 'mps9' };
    const generations = { logGeneration: 2, eventGeneration: 3 };
    const first = await setupPostgresLog({ url: db.url, layout: { ...layout, derived } });
    const copy = await setupPostgresLog({ url: db.url, layout: { ...layout, derived, generations } });
    expect(copy).toEqual({ ...copy, ...generations, partitions: layout.partitions });
    const { rows } = await db.pool().query('SELECT DISTINCT topic FROM ledger_log.partition ORDER BY topic');
    const plain = layout.topics.map((topic) => [topic, topic === TOPIC ? `${topic}.l2m3` : `${topic}.l2`]).flat();
    expect(rows.map(({ topic }: { topic: string }) => topic)).toEqual(plain.sort());

    const [one, other] = [
      open({ layout: { ...layout, derived } }),
      open({ layout: { ...layout, derived, generations } }),
    ];
    expect([await one.identity(), await other.identity()]).toEqual([first, copy]);
    other.guard.expect(copy);
    const { offsets } = await other.append(TOPIC, 0, [record('for the copy')]);
    const { delivered } = collect(other, { group: 'g', topic: TOPIC });
    const read = await eventually(() => delivered.get(0, offsets[0] ?? 0));
    expect([read.topic, String(read.value)]).toEqual([TOPIC, 'for the copy']);
    expect(await other.progress('g', TOPIC).then((all) => all.length)).toBe(layout.partitions);
    for await (const [again] of other.read({ topic: TOPIC, partition: 0, from: 1, to: 2 }))
      expect([again?.topic, String(again?.value)]).toEqual([TOPIC, 'for the copy']);
    expect(await one.endPositions(TOPIC)).toEqual([1, 1, 1, 1]);
    expect(await other.guard.check()).toBeNull();
    const mistaken = open({ layout: { ...layout, derived: { ...derived, mapper: 'mps8' }, generations } });
    await expect(mistaken.identity()).rejects.toMatchObject({ code: 'log-not-ready', message: /by mps9.*by mps8/ });
  });

  it('refuses a database that cannot hold every text', async () => {
    const name = `${db.name}_latin`;
    await onServer((server) => server.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`));
    const url = db.url.replace(db.name, name);
    await expect(setupPostgresLog({ url, layout })).rejects.toMatchObject({ code: 'log-differs', message: /LATIN1/ });
    await onServer((server) => server.query(`DROP DATABASE ${name}`));
  });

  it.each([
    [
      'another log',
      `regexp_replace(convert_from(value, 'UTF8'), '"[a-z0-9]{12}"', '"aaaaaaaaaaaa"')::bytea`,
      /another log/,
    ],
    [
      'another place',
      `replace(convert_from(value, 'UTF8'), '"partition":2', '"partition":1')::bytea`,
      /another log or place/,
    ],
    ['nothing', 'NULL', /does not begin with a genesis record/],
  ])('is seen to be missing where a partition begins with the genesis record of %s', async (_, value, message) => {
    await setupPostgresLog({ url: db.url, layout });
    const pool = db.pool();
    await pool.query('ALTER TABLE ledger_log.record DISABLE TRIGGER append_only');
    await pool.query(`UPDATE ledger_log.record SET value = ${value} WHERE partition_id = 3`);
    await expect(open().identity()).rejects.toMatchObject({ code: 'log-not-ready', message });
  });

  it('is missed by name when the programs expect other partitions', async () => {
    await setupPostgresLog({ url: db.url, layout });
    const log = open({ layout: { ...layout, partitions: 12 } });
    await expect(log.identity()).rejects.toMatchObject({ code: 'log-not-ready', message: /4 partitions.*not 12/ });
  });

  it('waits for another one no longer than its limit', async () => {
    const client = await db.pool().connect();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock(7308612004)');
    await expect(setupPostgresLog({ url: db.url, layout, lockTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'log-unavailable',
    });
    await client.query('ROLLBACK');
    client.release();
    await setupPostgresLog({ url: db.url, layout });
  });
});
