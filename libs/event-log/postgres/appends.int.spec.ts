import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import type { EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  ComparingReader,
  CONTRACT_LAYOUT,
  numbered,
  record,
  startProgram,
  testDatabase,
  type RunningProgram,
  type TestDatabase,
} from '@mps-ledger/testing';
import type { Pool } from 'pg';

jest.setTimeout(120_000);

const TOPIC = 'contract.first';

let db: TestDatabase;
let pool: Pool;
let log: EventLog;
let programs: RunningProgram[] = [];

beforeEach(async () => {
  db = await testDatabase();
  await setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT });
  pool = db.pool();
  log = makePostgresLog({ url: db.url });
});

afterEach(async () => {
  for (const program of programs) program.signal('SIGKILL');
  await Promise.all(programs.map((program) => program.ended));
  programs = [];
  await log.close();
  await db.close();
});

function startAppender(name: string, count: number, atOnce: number): void {
  const args = { url: db.url, topic: TOPIC, partition: 0, name, count, atOnce };
  const program = startProgram('libs/testing/programs/append-log.js', args);
  programs.push(program);
}

async function ended(): Promise<void> {
  const endings = await Promise.all(programs.map((program) => program.ended));
  expect(programs.map((program) => program.complaints()).join('')).toBe('');
  expect(endings.every((code) => code === 0)).toBe(true);
}

/** The numbers in front of which records are missing, seen by one statement. */
async function holes(): Promise<unknown[]> {
  const { rows } = await pool.query(
    `SELECT p.partition, p.next_offset, count(r."offset") AS records, max(r."offset") AS last
     FROM ledger_log.partition p LEFT JOIN ledger_log.record r ON r.partition_id = p.id
     WHERE p.topic = $1 GROUP BY p.id
     HAVING count(r."offset") <> p.next_offset OR max(r."offset") <> p.next_offset - 1`,
    [TOPIC],
  );
  return rows;
}

describe('appends by many at once', () => {
  it('get offsets without gaps, in the order of their commits, and no reader ever skips one', async () => {
    const names = numbered('process', 5);
    const reader = new ComparingReader();
    const follower = log.follow({
      group: 'g',
      topic: TOPIC,
      maxRecords: 5,
      startAt: reader.startAt,
      onBatch: reader.onBatch,
    });
    for (const name of names) startAppender(name, 60, 10);
    let looks = 0;
    const done = Promise.all(programs.map((program) => program.ended));
    const isOver = async (): Promise<boolean> => (await Promise.race([done, Promise.resolve('not yet')])) !== 'not yet';
    while (!(await isOver())) {
      expect(await holes()).toEqual([]);
      looks += 1;
    }
    await ended();
    await eventually(() => reader.position(0) === 301);
    await follower.stop();

    const acknowledged = programs.flatMap((program) => program.said()).filter((line) => 'acknowledged' in line);
    expect(acknowledged).toHaveLength(300);
    const byOffset = [...acknowledged].sort((a, b) => Number(a['offset']) - Number(b['offset']));
    expect(byOffset.map((line) => line['offset'])).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(reader.texts(0)).toEqual(byOffset.map((line) => line['acknowledged']));
    expect(reader.early).toBe(0);
    const times = reader.applied[0]!.map(({ logged }) => logged);
    expect(times).toEqual([...times].sort());
    expect(looks).toBeGreaterThan(5);
  });

  it('lose nothing that was acknowledged, and skip nothing, when connections are ended at random', async () => {
    const reader = new ComparingReader();
    log.follow({ group: 'g', topic: TOPIC, maxRecords: 7, startAt: reader.startAt, onBatch: reader.onBatch });
    await eventually(() => reader.position(0) > 0);
    for (const name of numbered('process', 3)) startAppender(name, 900, 4);
    let terminated = 0;
    const done = Promise.all(programs.map((program) => program.ended)).then(() => true);
    while (!(await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 15, false))]))) {
      const { rowCount } = await pool.query(
        `SELECT pg_terminate_backend(pid) FROM (
           SELECT pid FROM pg_stat_activity
           WHERE datname = current_database() AND application_name IN ('append-log', 'mps-ledger')
           ORDER BY random() LIMIT 1) victim`,
      );
      terminated += rowCount ?? 0;
    }
    await ended();
    // The connection that it asks over may be the last that was ended.
    let end: number | undefined;
    await eventually(async () => {
      [end] = await log.endPositions(TOPIC).catch(() => []);
      return end !== undefined;
    });
    await eventually(() => reader.position(0) === end, { timeoutMs: 60_000 });
    expect(await holes()).toEqual([]);
    const lines = programs.flatMap((program) => program.said());
    const acknowledged = lines.filter((line) => 'acknowledged' in line);
    for (const { acknowledged: text, offset } of acknowledged) {
      expect(String(reader.applied[0]![Number(offset)]?.value)).toBe(text);
    }
    expect(reader.applied[0]!.map(({ offset }) => offset)).toEqual(Array.from({ length: end! }, (_, offset) => offset));
    // Known to be able to fail: connections did end in the middle of appends.
    expect(lines.filter((line) => 'unknown' in line).length).toBeGreaterThan(0);
    expect(terminated).toBeGreaterThan(20);
  });
});

describe('a record', () => {
  it.each(['UPDATE ledger_log.record SET value = NULL', 'DELETE FROM ledger_log.record', 'TRUNCATE ledger_log.record'])(
    'is never changed: %s is refused',
    async (statement) => {
      await expect(pool.query(statement)).rejects.toThrow('append-only');
      expect(await holes()).toEqual([]);
    },
  );

  it('is never logged before its predecessor, though the clock was set back', async () => {
    await pool.query(
      "UPDATE ledger_log.partition SET last_logged = clock_timestamp() + interval '1 hour' WHERE topic = $1",
      [TOPIC],
    );
    const first = await log.append(TOPIC, 0, [record('an hour ahead')]);
    const second = await log.append(TOPIC, 0, [record('still')]);
    expect(second.logged).toBe(first.logged);
    expect(Date.parse(first.logged)).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('that was deleted by force stops its readers there, with an error', async () => {
    await log.append(
      TOPIC,
      0,
      numbered('r', 5).map((text) => record(text)),
    );
    await pool.query('ALTER TABLE ledger_log.record DISABLE TRIGGER append_only');
    await pool.query('DELETE FROM ledger_log.record WHERE "offset" = 3');
    const failures: unknown[] = [];
    const reader = new ComparingReader();
    log.follow({
      group: 'g',
      topic: TOPIC,
      startAt: reader.startAt,
      onBatch: reader.onBatch,
      onFailure: ({ error }) => failures.push(error),
    });
    await eventually(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ code: 'out-of-range', position: 3, end: 6 });
    expect(reader.texts(0)).toEqual(['r-0', 'r-1']);
  });
});
