import { migrate, projectionSchema as schema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { checkDiskSpace, inWords } from './disk-space';

describe('the disk space of a rebuild', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.url, schema);
  });
  afterAll(() => database.close());
  const check = (free: number | null, to: string | null = null) =>
    checkDiskSpace({
      ...{ db: database.pool(), from: schema, to, dataDir: free === null ? null : '/data' },
      freeIn: async () => free ?? 0,
    });

  it('is enough, unknown, or too little, by the size of the build that is read', async () => {
    const { needed, free } = await check(1e12);
    expect(free).toBe(1e12);
    expect(needed).toBeGreaterThan(512 * 1024 * 1024);
    expect(await check(null)).toEqual({ needed, free: null });
    await expect(check(needed - 1)).rejects.toMatchObject({
      code: 'disk-too-small',
      message: expect.stringMatching(
        /^The rebuild needs about \d+ MB, and the disk of \/data has \d+ MB free: .*Nothing was changed\.$/,
      ),
    });
  });

  it('is less where a part of the build is there already', async () => {
    expect((await check(null, schema)).needed).toBeLessThan((await check(null)).needed);
  });

  it('is said in words', () => {
    expect([inWords(1_500_000), inWords(12_340_000_000)]).toEqual(['2 MB', '12.3 GB']);
  });
});
