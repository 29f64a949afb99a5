import type { Pool } from 'pg';

/** A key as it may be shown. */
export interface ListedKey {
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  /** Null: all. */
  readonly accounts: readonly string[] | null;
  readonly created: Date;
  readonly expires: Date | null;
  /** Requests per second and process; null: as the settings say. */
  readonly per_second: number | null;
  /** Up to a minute old. */
  readonly last_used: Date | null;
  readonly revoked: Date | null;
  /** Why it was revoked. */
  readonly reason: string | null;
  readonly state: 'active' | 'expired' | 'revoked';
}

/** The columns of a `ListedKey`. */
export const LISTED = `name, prefix, scopes, accounts, created, expires, per_second, last_used, revoked, reason,
  CASE WHEN revoked IS NOT NULL THEN 'revoked' WHEN expires <= clock_timestamp() THEN 'expired' ELSE 'active' END AS state`;

/** Keys by name; those that are not revoked, or all. */
export async function listKeys(db: Pick<Pool, 'query'>, withRevoked: boolean): Promise<readonly ListedKey[]> {
  const where = withRevoked ? '' : 'WHERE revoked IS NULL';
  const { rows } = await db.query<ListedKey>(`SELECT ${LISTED} FROM ledger.api_key ${where} ORDER BY name, created`);
  return rows;
}
