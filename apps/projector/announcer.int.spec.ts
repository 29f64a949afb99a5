import { Client } from 'pg';
import { PROJECTION_CHANNEL } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { silentLogger } from '@mps-ledger/platform';
import { makeAnnouncer } from './announcer';

jest.setTimeout(120_000);

const MARK = 'all before this is heard';

describe('the announcement of commits', () => {
  let database: TestDatabase;
  let listener: Client;
  let heard: number;
  let marks: number;
  /** Resolves when all that was announced so far is heard: notifications arrive in the order of their commits. */
  const allHeard = async (): Promise<void> => {
    const before = marks;
    await database.pool().query(`NOTIFY ${PROJECTION_CHANNEL}, '${MARK}'`);
    await eventually(() => marks > before);
  };
  beforeAll(async () => {
    database = await testDatabase();
    listener = new Client({ connectionString: database.url });
    await listener.connect();
    listener.on('notification', ({ payload }) => {
      if (payload === MARK) marks += 1;
      else heard += 1;
    });
    await listener.query(`LISTEN ${PROJECTION_CHANNEL}`);
  });
  afterAll(async () => {
    await listener.end();
    await database.close();
  });
  beforeEach(() => {
    heard = 0;
    marks = 0;
  });

  it('is one for all commits that come while another is under way', async () => {
    const announcer = makeAnnouncer(database.pool(), silentLogger());
    for (let n = 0; n < 1_000; n += 1) announcer.committed();
    await announcer.close();
    await allHeard();
    expect([1, 2]).toContain(heard);
  });

  it('is made anew for each commit after it', async () => {
    const announcer = makeAnnouncer(database.pool(), silentLogger());
    for (let n = 1; n <= 5; n += 1) {
      announcer.committed();
      await eventually(() => heard === n);
    }
    await announcer.close();
    await allHeard();
    expect(heard).toBe(5);
  });

  it('is dropped where it fails, and the next one is made', async () => {
    const pool = database.pool({ max: 1 });
    const announcer = makeAnnouncer(pool, silentLogger());
    const holder = await pool.connect();
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    holder.release();
    await database.pool().query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    announcer.committed();
    await announcer.close();
    await allHeard();
    heard = 0;
    announcer.committed();
    await announcer.close();
    await allHeard();
    expect(heard).toBe(1);
  });
});
