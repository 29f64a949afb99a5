import type { Pool } from 'pg';
import { migrate, projectionSchema, readModelIn } from '@mps-ledger/read-model';
import type { Queryable } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { CachedSealer } from './cached-sealer';

let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
});
afterEach(() => database.close());

const CONTENT = { list: 'tasks', filter: {}, after: ['a'] };

/** Cursors over a pool that counts its queries. */
function counted(): { readonly cursors: CachedSealer; readonly asked: () => number } {
  let asked = 0;
  const query = (text: string): Promise<unknown> => {
    asked += 1;
    return pool.query(text);
  };
  return {
    cursors: new CachedSealer(readModelIn(projectionSchema, { query } as unknown as Queryable)),
    asked: () => asked,
  };
}

describe('the key of cursors', () => {
  it('is read once for many pages, and by each pool for itself', async () => {
    const [one, other] = [counted(), counted()];
    const cursor = (await one.cursors.sealer()).seal(CONTENT);
    for (let page = 0; page < 5; page += 1) {
      expect(await one.cursors.open(cursor)).toEqual(CONTENT);
      await one.cursors.sealer();
    }
    expect(one.asked()).toBe(1);
    expect(await other.cursors.open(cursor)).toEqual(CONTENT);
    expect(other.asked()).toBe(1);
  });

  it('is read again for a cursor that does not open, since the read model may have been created again', async () => {
    const { cursors, asked } = counted();
    const old = (await cursors.sealer()).seal(CONTENT);
    await pool.query(`UPDATE tasks_v1.cursor_key SET key = decode(repeat('ab', 32), 'hex')`);
    const made = (await counted().cursors.sealer()).seal(CONTENT);
    expect(await cursors.open(made)).toEqual(CONTENT);
    expect(asked()).toBe(2);
    expect(await cursors.open(old)).toBeNull();
  });

  it('that cannot be read is not cached', async () => {
    const { cursors } = counted();
    await pool.query('ALTER TABLE tasks_v1.cursor_key RENAME TO elsewhere');
    await expect(cursors.sealer()).rejects.toThrow('cursor_key');
    await pool.query('ALTER TABLE tasks_v1.elsewhere RENAME TO cursor_key');
    expect((await cursors.sealer()).open('x')).toBeNull();
  });
});
