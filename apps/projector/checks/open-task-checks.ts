import { findLiveBuild } from '@mps-ledger/catalogue';
import { makePool, type Database } from '@mps-ledger/database';
import { projectionSchema } from '@mps-ledger/read-model';
import { startTaskChecks, type TaskChecks, type TaskChecksOptions } from './task-checks';

export interface OpenTaskChecksOptions extends Pick<TaskChecksOptions, 'metrics' | 'health' | 'logger'> {
  readonly database: Database;
  /** 0: tasks are not checked. */
  readonly perMinute: number;
}

const CONNECT_MS = 5_000;
/** A check that takes longer is given up. */
const STATEMENT_MS = 10_000;

/** Checks tasks of the build that is read, over a connection of its own. */
export function openTaskChecks({ database, perMinute, ...parts }: OpenTaskChecksOptions): TaskChecks {
  if (perMinute === 0) return { close: () => Promise.resolve() };
  const pool = makePool({
    ...{ database, name: 'mps-ledger task checks', connections: 1, connectMs: CONNECT_MS, answerMs: 2 * STATEMENT_MS },
    settings: { statement_timeout: STATEMENT_MS },
    onIdleEnd: (error) => parts.logger.debug({ err: error }, 'an idle connection to Postgres broke'),
  });
  const schema = async (): Promise<string> => (await findLiveBuild(pool))?.schema ?? projectionSchema;
  const checks = startTaskChecks({ ...parts, pool, perMinute, schema });
  return { close: () => checks.close().finally(() => pool.end()) };
}
