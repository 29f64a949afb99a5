/** How a URL leads to Postgres: `transaction`, by a pooler that lends a connection for one transaction at a time. */
export type Pooler = 'none' | 'transaction';

/** A database, and the ways that lead to it. */
export interface Database {
  readonly url: string;
  /** The variable that the URL came from. Default `DATABASE_URL`. */
  readonly setting?: string | undefined;
  /** What the URL leads through. Default `none`. */
  readonly pooler?: Pooler | undefined;
  /** The way past the pooler, if there is one; it is used for LISTEN and setup. */
  readonly directUrl?: string | undefined;
}

/** The variable that names the way past a pooler. */
export const DIRECT = 'DATABASE_DIRECT_URL';

/** The database itself where a way past its pooler is known, else as it is reached. */
export function directDatabase({ url, pooler, directUrl }: Database): Database {
  return directUrl === undefined ? { url, pooler } : { url: directUrl, setting: DIRECT };
}

/** Where to LISTEN: notifications do not pass a pooler. Undefined where there is no such place. */
export function listenUrl({ url, pooler = 'none', directUrl }: Database): string | undefined {
  return directUrl ?? (pooler === 'none' ? url : undefined);
}
