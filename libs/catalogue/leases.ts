import type { Build, CatalogueDb } from './read-builds';

/** How long a lease is valid after it was renewed, in seconds: an instance that was killed holds nothing up for longer. */
export const LEASE_SECONDS = 15;

/** What an instance does with a build. `reads`: serves it; `lets-go`: its last requests on it end; `writes`: applies the log to it. */
export type BuildUse = 'reads' | 'lets-go' | 'writes';

export interface BuildLease {
  /** Of one process, such as `host:pid:random`. */
  readonly instance: string;
  readonly schema: string;
  readonly use: BuildUse;
  /** What it has reached: an offset for each partition of the event topic. */
  readonly position: readonly number[];
}

const RENEW = `
  INSERT INTO ledger.build_lease (instance, schema, use, position, expires)
  VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))
  ON CONFLICT (instance, schema) DO UPDATE
  SET use = excluded.use, position = excluded.position, expires = excluded.expires,
    since = CASE WHEN build_lease.use = excluded.use THEN build_lease.since ELSE clock_timestamp() END`;

/** Takes or renews the lease of an instance on a build. */
export async function renewLease(db: CatalogueDb, { instance, schema, use, position }: BuildLease): Promise<void> {
  await db.query(RENEW, [instance, schema, use, position.join('-'), LEASE_SECONDS]);
}

/** Gives a lease up. */
export async function endLease(db: CatalogueDb, instance: string, schema: string): Promise<void> {
  await db.query('DELETE FROM ledger.build_lease WHERE instance = $1 AND schema = $2', [instance, schema]);
}

/** Leases that have not expired, by instance. */
export async function readLeases(db: CatalogueDb): Promise<readonly BuildLease[]> {
  const { rows } = await db.query<Omit<BuildLease, 'position'> & { readonly position: string }>(
    'SELECT instance, schema, use, position FROM ledger.build_lease WHERE expires > clock_timestamp() ORDER BY instance, schema',
  );
  return rows.map((row) => ({ ...row, position: row.position === '' ? [] : row.position.split('-').map(Number) }));
}

/** Removes leases that expired. */
export async function removeExpiredLeases(db: CatalogueDb): Promise<void> {
  await db.query('DELETE FROM ledger.build_lease WHERE expires < clock_timestamp()');
}

const TAKE_REBUILD = `
  UPDATE ledger.build SET rebuilt_by = $2, rebuild_expires = clock_timestamp() + make_interval(secs => $3)
  WHERE schema = $1 AND state = 'building' AND NOT is_followed
    AND (rebuilt_by = $2 OR rebuild_expires IS NULL OR rebuild_expires < clock_timestamp())`;

/**
 * Takes or renews the lease of the rebuild that loads a build: one at a time. False where another one has it, or where there is nothing to load
 * (any more).
 */
export async function takeRebuildLease(db: CatalogueDb, { schema }: Build, holder: string): Promise<boolean> {
  return (await db.query(TAKE_REBUILD, [schema, holder, LEASE_SECONDS])).rowCount === 1;
}

/** Gives the lease of a rebuild up, if this holder has it. */
export async function endRebuildLease(db: CatalogueDb, { schema }: Build, holder: string): Promise<void> {
  await db.query(
    'UPDATE ledger.build SET rebuilt_by = NULL, rebuild_expires = NULL WHERE schema = $1 AND rebuilt_by = $2',
    [schema, holder],
  );
}
