import type { Pool } from 'pg';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import {
  beginEntry,
  createBuild,
  endEntry,
  endLease,
  endRebuildLease,
  findLiveBuild,
  followBuild,
  IllegalBuildState,
  journalled,
  keepCursorKey,
  listBuilds,
  listBuildsOf,
  moveBuild,
  NoLiveBuild,
  readCatalogueCursorKey,
  readJournal,
  readLeases,
  readLiveBuild,
  registerFirstBuild,
  removeExpiredLeases,
  renewLease,
  setUpCatalogue,
  switchLive,
  takeRebuildLease,
  THIS_RELEASE,
} from '.';

jest.setTimeout(60_000);

const ORIGIN = { ...THIS_RELEASE, logGeneration: 1 };
const LOG_ID = 'abcdefghijkl';

let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await testDatabase({
    template: {
      name: 'catalogue',
      async prepare(url) {
        const { Pool: PgPool } = await import('pg');
        const made = new PgPool({ connectionString: url });
        await setUpCatalogue(made).finally(() => made.end());
      },
    },
  });
  pool = database.pool();
});
afterEach(() => database.close());

/** A second build that has caught up, beside the first, which is live. */
async function twoBuilds(): Promise<void> {
  await registerFirstBuild(pool, ORIGIN, LOG_ID);
  await moveBuild(pool, await followBuild(pool, await createBuild(pool, { origin: ORIGIN, logId: LOG_ID })), 'ready');
}

const states = async (): Promise<readonly string[]> =>
  (await listBuilds(pool)).map(({ n, state, isLive, isPrevious }) =>
    [n, state, ...(isLive ? ['read'] : []), ...(isPrevious ? ['before'] : [])].join(' '),
  );

describe('the catalogue', () => {
  it('is created once, also by several at once, and leaves what is there', async () => {
    await registerFirstBuild(pool, ORIGIN, LOG_ID);
    await Promise.all([setUpCatalogue(pool), setUpCatalogue(pool), setUpCatalogue(pool)]);
    expect(await states()).toEqual(['1 live read']);
  });

  it('works where a newer release has added columns and tables', async () => {
    await pool.query('ALTER TABLE ledger.build ADD COLUMN newer text; CREATE TABLE ledger.newer (id integer)');
    await twoBuilds();
    expect(await states()).toEqual(['1 live read', '2 ready']);
  });

  it('says that there is no build to read where there is no catalogue, or an empty one', async () => {
    expect(await findLiveBuild(pool)).toBeNull();
    await expect(readLiveBuild(pool)).rejects.toThrow(NoLiveBuild);
    await pool.query('DROP SCHEMA ledger CASCADE');
    expect(await findLiveBuild(pool)).toBeNull();
    await expect(readLiveBuild(pool)).rejects.toThrow(/run setup/);
  });
});

describe('builds', () => {
  it('are registered under the name of their origin, the first one live, whoever comes first', async () => {
    const registered = await Promise.all([1, 2, 3].map(() => registerFirstBuild(pool, ORIGIN, LOG_ID)));
    expect(new Set(registered.map(({ schema }) => schema))).toEqual(new Set(['tasks_f1_l1m1_b1']));
    expect(await readLiveBuild(pool)).toMatchObject({ n: 1, state: 'live', isFollowed: true, logId: LOG_ID });
    const next = await createBuild(pool, { origin: ORIGIN, logId: LOG_ID });
    expect(next).toMatchObject({
      n: 2,
      schema: 'tasks_f1_l1m1_b2',
      state: 'building',
      isFollowed: false,
      isLive: false,
    });
  });

  it('take in a read model that is there, under its name', async () => {
    expect(await registerFirstBuild(pool, ORIGIN, LOG_ID, 'tasks_v1')).toMatchObject({ n: 1, schema: 'tasks_v1' });
    expect(await createBuild(pool, { origin: ORIGIN, logId: LOG_ID })).toMatchObject({ schema: 'tasks_f1_l1m1_b2' });
  });

  it('never take the number of one that was retired', async () => {
    await twoBuilds();
    const [, second] = await listBuildsOf(pool, ORIGIN);
    await moveBuild(pool, second!, 'retired');
    expect(await createBuild(pool, { origin: ORIGIN, logId: LOG_ID })).toMatchObject({ n: 3 });
  });

  it('are read by releases of their fold and mapper only, from the newest log generation', async () => {
    await registerFirstBuild(pool, ORIGIN, LOG_ID);
    await registerFirstBuild(pool, { ...ORIGIN, foldVersion: 9 }, LOG_ID);
    await registerFirstBuild(pool, { ...ORIGIN, logGeneration: 2 }, LOG_ID);
    expect(await readLiveBuild(pool)).toMatchObject({ schema: 'tasks_f1_l2m1_b1' });
    expect(await readLiveBuild(pool, { ...THIS_RELEASE, foldVersion: 9 })).toMatchObject({
      schema: 'tasks_f9_l1m1_b1',
    });
    expect(await findLiveBuild(pool, { ...THIS_RELEASE, eventGeneration: 7 })).toBeNull();
  });
});

describe('a switch', () => {
  it('makes another build live and the one before standby, and goes back', async () => {
    await twoBuilds();
    expect(await switchLive(pool, ORIGIN, 2)).toMatchObject({ n: 1 });
    expect(await states()).toEqual(['1 standby before', '2 live read']);
    expect(await switchLive(pool, ORIGIN, 1)).toMatchObject({ n: 2 });
    expect(await states()).toEqual(['1 live read', '2 standby before']);
  });

  it('changes nothing where the build is not ready, is live, retired or unknown', async () => {
    await registerFirstBuild(pool, ORIGIN, LOG_ID);
    const second = await createBuild(pool, { origin: ORIGIN, logId: LOG_ID });
    await expect(switchLive(pool, ORIGIN, 2)).rejects.toThrow(/build 2 .* is building, so it cannot become live/);
    await expect(switchLive(pool, ORIGIN, 1)).rejects.toThrow(/build 1 .* is live/);
    await expect(switchLive(pool, ORIGIN, 7)).rejects.toThrow(/there is no build 7/);
    await moveBuild(pool, second, 'retired');
    await expect(switchLive(pool, ORIGIN, 2)).rejects.toThrow(IllegalBuildState);
    expect(await states()).toEqual(['1 live read', '2 retired']);
  });

  it('is one of several at once', async () => {
    await twoBuilds();
    const results = await Promise.allSettled([1, 2, 3].map(() => switchLive(pool, ORIGIN, 2)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await states()).toEqual(['1 standby before', '2 live read']);
  });

  it('leaves the live build in no other way: it is not retired', async () => {
    await twoBuilds();
    const [first] = await listBuildsOf(pool, ORIGIN);
    await expect(moveBuild(pool, first!, 'retired')).rejects.toThrow(/is live, so it cannot become retired/);
    await expect(moveBuild(pool, first!, 'ready')).rejects.toThrow(IllegalBuildState);
  });
});

describe('leases', () => {
  it('say which instance uses which build, until they expire or are given up', async () => {
    await renewLease(pool, { instance: 'one', schema: 'a', use: 'reads', position: [3, 4] });
    await renewLease(pool, { instance: 'one', schema: 'a', use: 'lets-go', position: [5, 6] });
    await renewLease(pool, { instance: 'two', schema: 'a', use: 'writes', position: [] });
    expect(await readLeases(pool)).toEqual([
      { instance: 'one', schema: 'a', use: 'lets-go', position: [5, 6] },
      { instance: 'two', schema: 'a', use: 'writes', position: [] },
    ]);
    await endLease(pool, 'one', 'a');
    await pool.query("UPDATE ledger.build_lease SET expires = clock_timestamp() - interval '1 second'");
    expect(await readLeases(pool)).toEqual([]);
    await removeExpiredLeases(pool);
    expect((await pool.query('SELECT 1 FROM ledger.build_lease')).rows).toEqual([]);
  });

  it('of a rebuild: one holder at a time, until it expires, while the build is loaded', async () => {
    await registerFirstBuild(pool, ORIGIN, LOG_ID);
    const build = await createBuild(pool, { origin: ORIGIN, logId: LOG_ID });
    expect(await takeRebuildLease(pool, build, 'one')).toBe(true);
    expect(await takeRebuildLease(pool, build, 'two')).toBe(false);
    expect(await takeRebuildLease(pool, build, 'one')).toBe(true);
    expect((await listBuildsOf(pool, ORIGIN))[1]).toMatchObject({ rebuiltBy: 'one' });
    await endRebuildLease(pool, build, 'two');
    expect(await takeRebuildLease(pool, build, 'two')).toBe(false);
    await endRebuildLease(pool, build, 'one');
    expect(await takeRebuildLease(pool, build, 'two')).toBe(true);
    await pool.query("UPDATE ledger.build SET rebuild_expires = clock_timestamp() - interval '1 second'");
    expect(await takeRebuildLease(pool, build, 'three')).toBe(true);
    await followBuild(pool, build);
    expect(await takeRebuildLease(pool, build, 'three')).toBe(false);
  });
});

describe('the journal', () => {
  it('says who did what, when, why, and what came of it', async () => {
    const id = await beginEntry(pool, { who: 'ann@host', what: 'switch to build 2', why: 'verified' });
    expect(await readJournal(pool)).toMatchObject([{ id, who: 'ann@host', ended: null, outcome: null }]);
    await endEntry(pool, id, 'done');
    await journalled(pool, { what: 'retire', why: null }, () => Promise.resolve(7), String);
    await expect(
      journalled(pool, { what: 'rebuild', why: 'doubt' }, () => Promise.reject(new Error('no space')), String),
    ).rejects.toThrow('no space');
    expect(await readJournal(pool)).toMatchObject([
      { what: 'rebuild', why: 'doubt', outcome: 'failed: no space', ended: expect.any(Date) as Date },
      { what: 'retire', why: null, outcome: '7', who: expect.stringContaining('@') as string },
      { what: 'switch to build 2', why: 'verified', outcome: 'done' },
    ]);
  });
});

describe('the secret of cursors', () => {
  it('is the one that was kept first', async () => {
    await expect(readCatalogueCursorKey(pool)).rejects.toThrow(NoLiveBuild);
    await keepCursorKey(pool, () => Promise.resolve(Buffer.from('first')));
    await keepCursorKey(pool, () => Promise.reject(new Error('not read again')));
    expect(await readCatalogueCursorKey(pool)).toEqual(Buffer.from('first'));
  });
});
