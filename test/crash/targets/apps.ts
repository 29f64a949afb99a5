import { join } from 'node:path';
import type { Variables } from '../programs';
import { makeAppPrograms, runSetup, type AppPrograms } from './app-programs';
import { makePostgres, type OwnPostgres } from './postgres';
import type { Target } from './target';

/** The apps over the log in Postgres, and one Postgres that the runner starts and stops. */
export interface AppsTarget extends Target, AppPrograms, OwnPostgres {
  readonly kind: 'apps';
}

export interface AppsOptions {
  readonly folder: string;
  /** Scripts that are loaded before each program. Default: none. */
  readonly preload?: readonly string[];
  /** Of each topic. Default: as shipped. */
  readonly partitions?: number;
}

export async function makeApps({ folder, preload = [], partitions }: AppsOptions): Promise<AppsTarget> {
  const postgres = await makePostgres(join(folder, 'data'));
  const { url, stopPostgres, startPostgres, postgresPid } = postgres;
  const layout: Variables = partitions === undefined ? {} : { LEDGER_PARTITIONS: `${partitions}` };
  const variables = { DATABASE_URL: url, EVENT_LOG: 'postgres' };
  await runSetup({ ...variables, ...layout }, folder);
  const programs = await makeAppPrograms({ folder, variables, preload });
  return {
    kind: 'apps',
    ...{ folder, variables, ...programs, stopPostgres, startPostgres, postgresPid },
    callbacks: programs.callbacksOf('ingest'),
    api: programs.probesOf('query'),
    databaseUrl: () => url,
    async close() {
      await programs.stop();
      await stopPostgres();
    },
  };
}
