import type { Pool } from 'pg';

type Queryable = Pick<Pool, 'query'>;

/** A key that was not revoked; it may have expired. */
export interface StoredKey {
  readonly digest: Buffer;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null: all. */
  readonly accounts: readonly string[] | null;
  /** Milliseconds until it expires, by the clock of the database; null: never. */
  readonly expiresInMs: number | null;
  /** Requests per second and process; null: as the settings say. */
  readonly perSecond: number | null;
}

export interface StoredKeys {
  /** Whether there is a key, or was one that is revoked now. */
  readonly isAny: boolean;
  readonly keys: readonly StoredKey[];
}

interface KeyRow {
  readonly digest: Buffer | null;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly accounts: readonly string[] | null;
  readonly expires_in_ms: number | null;
  readonly per_second: number | null;
}

/** One row without a digest where every key is revoked. */
const READ = `
  SELECT digest, name, scopes, accounts, per_second, extract(epoch FROM expires - clock_timestamp())::float8 * 1000 AS expires_in_ms
  FROM (SELECT true AS is_any WHERE EXISTS (SELECT FROM ledger.api_key)) stored
  LEFT JOIN ledger.api_key ON revoked IS NULL`;

const NO_TABLE: ReadonlySet<unknown> = new Set(['42P01', '3F000']);

/** Reads all keys. A database whose table of keys was never created has none. */
export async function readKeys(db: Queryable): Promise<StoredKeys> {
  const rows = await db.query<KeyRow>(READ).then(
    (result) => result.rows,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && NO_TABLE.has(error.code)) return [];
      throw error;
    },
  );
  const keys = rows.flatMap(({ digest, expires_in_ms: expiresInMs, per_second: perSecond, ...row }) =>
    digest === null ? [] : [{ ...row, digest, expiresInMs, perSecond }],
  );
  return { isAny: rows.length > 0, keys };
}

const NOTE_USE = `
  UPDATE ledger.api_key SET last_used = clock_timestamp()
  WHERE digest = ANY ($1) AND (last_used IS NULL OR last_used < clock_timestamp() - interval '1 minute')`;

/** Notes that these keys were used just now, at most once a minute each, whoever notes it. */
export async function noteUse(db: Queryable, digests: readonly Buffer[]): Promise<void> {
  await db.query(NOTE_USE, [digests]);
}
