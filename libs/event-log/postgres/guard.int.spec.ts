import { makePostgresLog, setupPostgresLog, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { CONTRACT_LAYOUT, record, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import type { Pool } from 'pg';

const TOPIC = 'contract.first';

/** What is done behind the back of a log that has ten records in each partition; `back` undoes it. */
interface Accident {
  readonly what: string;
  readonly code: 'log-replaced' | 'log-not-ready';
  readonly by: readonly string[];
  readonly back: readonly string[];
}

const OF_TOPIC = `partition_id IN (SELECT id FROM ledger_log.partition WHERE topic = '${TOPIC}')`;

/** The topic's records from an offset on are gone, and offsets are given from there on again. */
const lost = (what: string, code: Accident['code'], offset: number): Accident => ({
  ...{ what, code },
  by: [
    'ALTER TABLE ledger_log.record DISABLE TRIGGER append_only',
    `CREATE TABLE public.lost AS SELECT * FROM ledger_log.record WHERE ${OF_TOPIC} AND "offset" >= ${offset}`,
    `DELETE FROM ledger_log.record WHERE ${OF_TOPIC} AND "offset" >= ${offset}`,
    `UPDATE ledger_log.partition SET next_offset = ${offset} WHERE topic = '${TOPIC}'`,
  ],
  back: [
    `DELETE FROM ledger_log.record WHERE ${OF_TOPIC} AND "offset" >= ${offset}`,
    'INSERT INTO ledger_log.record SELECT * FROM public.lost',
    `UPDATE ledger_log.partition SET next_offset = 11 WHERE topic = '${TOPIC}'`,
  ],
});

const ACCIDENTS: readonly Accident[] = [
  lost('its tables are truncated', 'log-replaced', 0),
  lost('it is restored from an older dump', 'log-replaced', 6),
  {
    ...{ what: 'it has another id', code: 'log-replaced' },
    by: [
      'CREATE TABLE public.known AS SELECT log_id FROM ledger_log.log',
      "UPDATE ledger_log.log SET log_id = 'zzzzzzzzzzzz'",
    ],
    back: ['UPDATE ledger_log.log SET log_id = (SELECT log_id FROM public.known)'],
  },
  {
    ...{ what: 'its schema is gone', code: 'log-not-ready' },
    by: ['ALTER SCHEMA ledger_log RENAME TO away'],
    back: ['ALTER SCHEMA away RENAME TO ledger_log'],
  },
];

describe('a log in Postgres that a process knows', () => {
  let db: TestDatabase;
  let pool: Pool;
  let identity: LogIdentity;
  const opened: EventLog[] = [];

  function open(): EventLog {
    const log = makePostgresLog({ url: db.url, layout: CONTRACT_LAYOUT });
    opened.push(log);
    log.guard.expect(identity);
    return log;
  }

  const inOneGo = (statements: readonly string[]): Promise<unknown> =>
    pool.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));

  beforeEach(async () => {
    db = await testDatabase();
    pool = db.pool();
    identity = await setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await db.close();
  });

  it.each(ACCIDENTS)('acknowledges nothing once $what, and continues when it is back', async ({ code, by, back }) => {
    const [busy, idle] = [open(), open()];
    const ten = Array.from({ length: 10 }, (_, number) => record(`${number}`));
    for (let partition = 0; partition < CONTRACT_LAYOUT.partitions; partition += 1)
      await busy.append(TOPIC, partition, ten);
    await expect(idle.guard.check()).resolves.toBeNull();
    await inOneGo(by);
    for (const log of [busy, idle]) {
      // The first one may be refused by the database itself, before the guard has looked.
      const refused = expect.stringMatching(/^log-(replaced|not-ready)$/) as unknown;
      await expect(log.append(TOPIC, 0, [record('x')])).rejects.toMatchObject({ code: refused });
      await expect(log.guard.check()).resolves.toMatchObject({ code });
      await expect(log.append(TOPIC, 1, [record('x')])).rejects.toMatchObject({ code });
    }
    await inOneGo(back);
    for (const log of [busy, idle]) {
      await eventually(() => log.guard.problem() === null, { timeoutMs: 20_000 });
      const { offsets } = await log.append(TOPIC, 0, [record('y')]);
      expect(offsets[0]).toBeGreaterThanOrEqual(11);
    }
  });
});
