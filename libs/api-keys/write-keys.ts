import type { Pool } from 'pg';
import { inTransaction, ROLLBACK } from '@mps-ledger/database';
import type { NewKey } from './key-text';
import { LISTED, type ListedKey } from './list-keys';

/** Keys that are not revoked, at most: every query process has all of them in memory. */
export const MOST_KEYS = 1_000;

export interface KeyToCreate {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null: all. */
  readonly accounts: readonly string[] | null;
  /** Null: never. */
  readonly expires: Date | null;
  /** Requests per second and process; null: as the settings say. */
  readonly perSecond: number | null;
}

export interface WriteOptions {
  /** Writes nothing, and answers what would be written. Default false. */
  readonly dryRun?: boolean;
}

const CREATE = `
  INSERT INTO ledger.api_key (digest, name, prefix, scopes, accounts, expires, per_second)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (name) WHERE revoked IS NULL DO NOTHING
  RETURNING ${LISTED}, (SELECT count(*)::int FROM ledger.api_key WHERE revoked IS NULL) AS before,
    NOT EXISTS (SELECT FROM ledger.api_key) AS "isFirst"`;

/** A key that was made; the first one that there ever was, or not. */
type CreatedKey = ListedKey & { readonly isFirst: boolean };

/** Stores a key. Another one that is not revoked may have its name, or there may be too many: then nothing is stored. */
export async function createKey(
  pool: Pool,
  { digest, prefix }: Omit<NewKey, 'key'>,
  { name, scopes, accounts, expires, perSecond }: KeyToCreate,
  { dryRun = false }: WriteOptions = {},
): Promise<CreatedKey | 'name-taken' | 'too-many'> {
  return inTransaction<CreatedKey | 'name-taken' | 'too-many'>(pool, async (client) => {
    const values = [digest, name, prefix, scopes, accounts, expires, perSecond];
    const [row] = (await client.query<CreatedKey & { readonly before: number }>(CREATE, values)).rows;
    if (row === undefined) return [ROLLBACK, 'name-taken'];
    const { before, ...key } = row;
    if (before >= MOST_KEYS) return [ROLLBACK, 'too-many'];
    return [dryRun ? ROLLBACK : 'commit', key];
  });
}

const REVOKE = `
  UPDATE ledger.api_key SET revoked = clock_timestamp(), reason = $2
  WHERE revoked IS NULL AND (name = $1 OR prefix = $1) RETURNING ${LISTED}`;

/** Revokes the key with this name or prefix; null where there is none, or it is revoked already. */
export async function revokeKey(
  pool: Pool,
  nameOrPrefix: string,
  reason: string,
  { dryRun = false }: WriteOptions = {},
): Promise<ListedKey | null> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<ListedKey>(REVOKE, [nameOrPrefix, reason]);
    return [dryRun ? ROLLBACK : 'commit', rows[0] ?? null];
  });
}
