import { Client } from 'pg';
import { PROJECTION_CHANNEL } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { silentLogger } from '@mps-ledger/platform';
import { makeAnnouncer } from './announcer';

jest.setTimeout(120_000);

const MARK = 'everything before this was received';

describe('the announcement of commits', () => {
  let database: TestDatabase;
  let listener: Client;
  let received: number;
  let marks: number;
  /** Resolves when all announcements so far were received: they arrive in the order of their commits. */
  const allReceived = async (): Promise<void> => {
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
      else received += 1;
    });
    await listener.query(`LISTEN ${PROJECTION_CHANNEL}`);
  });
  afterAll(async () => {
    await listener.end();
    await database.close();
  });
  beforeEach(() => {
    received = 0;
    marks = 0;
  });

  it('is one for all commits while another is in flight', async () => {
    const announcer = makeAnnouncer(database.pool(), silentLogger());
    for (let n = 0; n < 1_000; n += 1) announcer.committed();
    await announcer.close();
    await allReceived();
    expect([1, 2]).toContain(received);
  });

  it('is sent again for each commit after it', async () => {
    const announcer = makeAnnouncer(database.pool(), silentLogger());
    for (let n = 1; n <= 5; n += 1) {
      announcer.committed();
      await eventually(() => received === n);
    }
    await announcer.close();
    await allReceived();
    expect(received).toBe(5);
  });

  it('is dropped where it fails, and the next one is sent', async () => {
    const pool = database.pool({ max: 1 });
    const announcer = makeAnnouncer(pool, silentLogger());
    const holder = await pool.connect();
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    holder.release();
    await database.pool().query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    announcer.committed();
    await announcer.close();
    await allReceived();
    received = 0;
    announcer.committed();
    await announcer.close();
    await allReceived();
    expect(received).toBe(1);
  });
});
