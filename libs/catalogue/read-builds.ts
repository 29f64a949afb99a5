import type { Pool } from 'pg';
import type { BuildOrigin } from '@mps-ledger/records';
import { EVENT_GENERATION, FOLD_VERSION } from '@mps-ledger/tasks';

/** What every read needs of Postgres: a pool, or one client of it. */
export type CatalogueDb = Pick<Pool, 'query'>;

/**
 * - `building`: being loaded, or not yet caught up for the first time.
 * - `ready`: caught up, and never live.
 * - `live`: the one that is read.
 * - `standby`: was live, and is still written, so that one can switch back.
 * - `retired`: its tables are dropped, or about to be.
 */
export type BuildState = 'building' | 'ready' | 'live' | 'standby' | 'retired';

/** One set of read-model tables. */
export interface Build extends BuildOrigin {
  /** Number among the builds of its origin, from 1. */
  readonly n: number;
  readonly schema: string;
  readonly logId: string;
  readonly state: BuildState;
  /** Projectors apply the log to it. */
  readonly isFollowed: boolean;
  readonly isLive: boolean;
  /** Live before the one that is live now. */
  readonly isPrevious: boolean;
  /** Who loads it now; null: nobody. */
  readonly rebuiltBy: string | null;
  readonly created: Date;
  readonly changed: Date;
}

/** Builds that a release can use: of its projection, fold and mapper. */
export type ReleaseOrigin = Omit<BuildOrigin, 'logGeneration'>;

/** What this release reads and writes. */
export const THIS_RELEASE: ReleaseOrigin = {
  projection: 'tasks',
  foldVersion: FOLD_VERSION,
  eventGeneration: EVENT_GENERATION,
};

/** There is no build that this release could use, or no catalogue. */
export class NoLiveBuild extends Error {
  readonly code = 'no-live-build';
}

const READ = `
  SELECT b.projection, b.fold_version AS "foldVersion", b.log_generation AS "logGeneration", b.event_generation AS "eventGeneration",
    b.n, b.schema, b.log_id AS "logId", b.state, b.is_followed AS "isFollowed", b.created, b.changed,
    coalesce(l.n = b.n, false) AS "isLive", coalesce(l.previous = b.n, false) AS "isPrevious",
    CASE WHEN b.rebuild_expires > clock_timestamp() THEN b.rebuilt_by END AS "rebuiltBy"
  FROM ledger.build b LEFT JOIN ledger.live_build l USING (projection, fold_version, log_generation, event_generation)`;

const ORDER = 'ORDER BY projection, fold_version, log_generation, event_generation, n';

/** All builds of the catalogue, by origin and number; also those that are retired. */
export async function listBuilds(db: CatalogueDb): Promise<readonly Build[]> {
  return (await db.query<Build>(`${READ} ${ORDER}`)).rows;
}

/** The builds of one origin by number; also those that are retired. */
export async function listBuildsOf(db: CatalogueDb, origin: BuildOrigin): Promise<readonly Build[]> {
  const { projection, foldVersion, logGeneration, eventGeneration } = origin;
  const where = 'WHERE b.projection = $1 AND b.fold_version = $2 AND b.log_generation = $3 AND b.event_generation = $4';
  const values = [projection, foldVersion, logGeneration, eventGeneration];
  return (await db.query<Build>(`${READ} ${where} ${ORDER}`, values)).rows;
}

const MISSING: ReadonlySet<unknown> = new Set(['42P01', '3F000', '42703']);

/** Whether an error says that there is no catalogue. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && MISSING.has(error.code);
}

/**
 * The build that a release reads: the live one of the newest log generation. Null where there is none, or no catalogue.
 *
 * @param release default: this one
 */
export async function findLiveBuild(db: CatalogueDb, release: ReleaseOrigin = THIS_RELEASE): Promise<Build | null> {
  const { projection, foldVersion, eventGeneration } = release;
  const sql = `${READ} WHERE l.n = b.n AND b.projection = $1 AND b.fold_version = $2 AND b.event_generation = $3
    ORDER BY b.log_generation DESC LIMIT 1`;
  try {
    return (await db.query<Build>(sql, [projection, foldVersion, eventGeneration])).rows[0] ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The same; rejects with `NoLiveBuild` where there is none. */
export async function readLiveBuild(db: CatalogueDb, release: ReleaseOrigin = THIS_RELEASE): Promise<Build> {
  const found = await findLiveBuild(db, release);
  if (found !== null) return found;
  const { projection, foldVersion, eventGeneration } = release;
  throw new NoLiveBuild(
    `the catalogue has no build of ${projection} by fold ${foldVersion} of event generation ${eventGeneration}: run setup`,
  );
}
