import { noteUse, readKeys } from '@mps-ledger/api-keys';
import { makePool, type Database } from '@mps-ledger/database';
import type { Logger } from '@mps-ledger/platform';
import { KeyCache } from './key-cache';

/** Milliseconds until a connection or an answer is there. */
const ANSWER_MS = 3_000;

/** The keys of a database, read over a connection of their own: requests that keep all others busy must not shut other clients out. */
export interface ApiKeys {
  readonly cache: KeyCache;
  close(): Promise<void>;
}

/** Makes the cache of the database's keys. It connects with the first request. */
export function makeApiKeys(database: Database, logger: Logger): ApiKeys {
  const pool = makePool({
    ...{ database, name: 'mps-ledger query keys', connections: 1 },
    ...{ connectMs: ANSWER_MS, answerMs: ANSWER_MS, settings: { statement_timeout: ANSWER_MS - 500 } },
    onIdleEnd: (error) => logger.debug({ err: error }, 'the idle connection that keys are read by broke'),
  });
  let logged = '';
  const cache = new KeyCache({
    read: () => readKeys(pool),
    noteUse: (digests) => noteUse(pool, digests),
    onFailure: (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== logged) logger.warn({ reason }, 'keys of the API cannot be read, or their use not be noted');
      logged = reason;
    },
  });
  return { cache, close: () => pool.end() };
}
