import type { Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import { schemaOfBuild, type BuildOrigin } from '@mps-ledger/records';
import { beginEntry, buildInWords, endEntry } from './journal';
import { listBuildsOf, type Build, type BuildState, type CatalogueDb } from './read-builds';
import { CATALOGUE_CHANNEL } from './set-up-catalogue';

/** A build is not in a state in which that can be done with it. */
export class IllegalBuildState extends Error {
  readonly code = 'illegal-build-state';
}

const NEXT: Readonly<Record<BuildState, readonly BuildState[]>> = {
  building: ['ready', 'retired'],
  ready: ['live', 'retired'],
  live: ['standby'],
  standby: ['live', 'retired'],
  retired: [],
};

export interface BuildToCreate {
  readonly origin: BuildOrigin;
  readonly logId: string;
  /** Whether projectors apply the log to it at once. Default false: a rebuild loads it first (`followBuild`). */
  readonly isFollowed?: boolean;
}

const INSERT = `
  INSERT INTO ledger.build (projection, fold_version, log_generation, event_generation, n, schema, log_id, state, is_followed)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

const originValues = ({ projection, foldVersion, logGeneration, eventGeneration }: BuildOrigin) => [
  projection,
  foldVersion,
  logGeneration,
  eventGeneration,
];

/** Registers the next build of an origin, in state `building`. Its schema is named, and not created. */
export function createBuild(pool: Pool, { origin, logId, isFollowed = false }: BuildToCreate): Promise<Build> {
  return changing(pool, async (db) => {
    const n = 1 + Math.max(0, ...(await listBuildsOf(db, origin)).map((build) => build.n));
    const schema = schemaOfBuild(origin, n);
    await db.query(INSERT, [...originValues(origin), n, schema, logId, 'building', isFollowed]);
    return buildOf(db, origin, n);
  });
}

/**
 * Registers the first build of an origin and makes it live; where there is a live one already, answers that one. Safe to run by several
 * processes at once.
 *
 * @param existing the schema of a read model that is there already, and is taken in under its name; null: a new name
 */
export function registerFirstBuild(
  pool: Pool,
  origin: BuildOrigin,
  logId: string,
  existing: string | null = null,
): Promise<Build> {
  return changing(pool, async (db) => {
    const builds = await listBuildsOf(db, origin);
    const live = builds.find(({ isLive }) => isLive);
    if (live !== undefined) return live;
    const n = 1 + Math.max(0, ...builds.map((build) => build.n));
    await db.query(INSERT, [...originValues(origin), n, existing ?? schemaOfBuild(origin, n), logId, 'live', true]);
    await db.query(
      'INSERT INTO ledger.live_build (projection, fold_version, log_generation, event_generation, n) VALUES ($1, $2, $3, $4, $5)',
      [...originValues(origin), n],
    );
    const first = await buildOf(db, origin, n);
    const what = existing === null ? 'setup: first build' : `setup: take in ${existing}`;
    await endEntry(db, await beginEntry(db, { what, why: null }), `${buildInWords(first)} is live`);
    return first;
  });
}

/**
 * Moves a build to another state: `building` to `ready`, and any but `live` to `retired`. What makes a build live is `switchLive`.
 *
 * @throws IllegalBuildState where it is in another state than that takes
 */
export function moveBuild(pool: Pool, build: Build, to: 'ready' | 'retired'): Promise<Build> {
  return changing(pool, async (db) => {
    await setState(db, await buildOf(db, build, build.n), to);
    return buildOf(db, build, build.n);
  });
}

/** Projectors apply the log to the build from now on. Idempotent. */
export function followBuild(pool: Pool, build: Build): Promise<Build> {
  return changing(pool, async (db) => {
    await db.query('UPDATE ledger.build SET is_followed = true, changed = clock_timestamp() WHERE schema = $1', [
      build.schema,
    ]);
    return buildOf(db, build, build.n);
  });
}

/**
 * Makes a build live, which is `ready` or `standby`; the one that was live becomes `standby`. Answers the build that was live before.
 *
 * @throws IllegalBuildState where it is in another state
 */
export function switchLive(pool: Pool, origin: BuildOrigin, n: number): Promise<Build> {
  return changing(pool, async (db) => {
    const live = (await listBuildsOf(db, origin)).find(({ isLive }) => isLive);
    if (live === undefined) throw new IllegalBuildState('there is no live build to switch from');
    await setState(db, await buildOf(db, origin, n), 'live');
    await setState(db, live, 'standby');
    await db.query(
      `UPDATE ledger.live_build SET n = $5, previous = $6, changed = clock_timestamp()
       WHERE projection = $1 AND fold_version = $2 AND log_generation = $3 AND event_generation = $4`,
      [...originValues(origin), n, live.n],
    );
    return live;
  });
}

async function setState(db: CatalogueDb, { n, schema, state }: Build, to: BuildState): Promise<void> {
  if (!NEXT[state].includes(to))
    throw new IllegalBuildState(`build ${n} (${schema}) is ${state}, so it cannot become ${to}`);
  await db.query('UPDATE ledger.build SET state = $2, changed = clock_timestamp() WHERE schema = $1', [schema, to]);
}

async function buildOf(db: CatalogueDb, origin: BuildOrigin, n: number): Promise<Build> {
  const found = (await listBuildsOf(db, origin)).find((build) => build.n === n);
  if (found === undefined) throw new IllegalBuildState(`there is no build ${n}`);
  return found;
}

/** Changes of builds are made one after another, and announced. */
function changing<Answer>(pool: Pool, change: (db: CatalogueDb) => Promise<Answer>): Promise<Answer> {
  return inTransaction<Answer>(pool, async (client) => {
    await client.query('LOCK TABLE ledger.build IN SHARE ROW EXCLUSIVE MODE');
    const answer = await change(client);
    await client.query(`SELECT pg_notify('${CATALOGUE_CHANNEL}', '')`);
    return ['commit', answer];
  });
}
