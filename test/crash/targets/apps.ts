import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { freePorts } from '@mps-ledger/testing';
import { serverOn } from '../../standalone/process';
import { BrokenPromise } from '../promises';
import { endProgram, startProgram, type RunningProgram, type Variables } from '../programs';
import { untilReady, type Target } from './target';

/** The programs of `apps`: one of each, and a second projector where a fault wants it. */
export type AppName = 'ingest' | 'query' | 'projector' | 'projector-2';

/** Ingest, projector and query as processes of their own, over one Postgres that the runner starts and stops. */
export interface AppsTarget extends Target {
  readonly kind: 'apps';
  /** Starts one, unless it runs, and waits until it is ready. */
  startApp(name: AppName, variables?: Variables): Promise<void>;
  /** The one of this name that was started last; null where there was none. */
  app(name: AppName): RunningProgram | null;
  stopPostgres(): Promise<void>;
  /** On the same port, with the same data. */
  startPostgres(): Promise<void>;
  postgresPid(): number;
}

export interface AppsOptions {
  readonly folder: string;
  /** Scripts that are loaded before each program. Default: none. */
  readonly preload?: readonly string[];
  /** Of each topic. Default: as shipped. */
  readonly partitions?: number;
}

const SCRIPTS: Readonly<Record<AppName, string>> = {
  ingest: 'apps/ingest/main.js',
  query: 'apps/query/main.js',
  projector: 'apps/projector/main.js',
  'projector-2': 'apps/projector/main.js',
};
const EACH = ['ingest', 'query', 'projector'] as const;
const NAMES: readonly AppName[] = [...EACH, 'projector-2'];

export async function makeApps(options: AppsOptions): Promise<AppsTarget> {
  const { folder, partitions } = options;
  const [database = 0, callback = 0, ...health] = await freePorts(6);
  const postgres = await makePostgres(join(folder, 'data'), database);
  const { url } = postgres;
  const layout: Variables = partitions === undefined ? {} : { LEDGER_PARTITIONS: `${partitions}` };
  await setUp({ DATABASE_URL: url, EVENT_LOG: 'postgres', ...layout }, folder);
  const apps = makeStarter(options, { url, callback, health });
  const api = `http://127.0.0.1:${health[NAMES.indexOf('query')] ?? 0}`;
  return {
    kind: 'apps',
    folder,
    callbacks: `http://127.0.0.1:${callback}/notify/mps`,
    api,
    variables: { DATABASE_URL: url, EVENT_LOG: 'postgres' },
    databaseUrl: () => url,
    ...apps,
    stopPostgres: postgres.stop,
    startPostgres: postgres.start,
    postgresPid: () => serverOn(join(folder, 'data')).pid,
    async start(variables) {
      await Promise.all(EACH.map((name) => apps.startApp(name, variables)));
    },
    async close() {
      await apps.stop();
      await postgres.stop();
    },
  };
}

/** A Postgres that the runner keeps, and stops and starts when it likes. */
async function makePostgres(dataDir: string, port: number) {
  mkdirSync(dataDir, { recursive: true });
  const start = () => startEmbeddedPostgres({ dataDir, port });
  let server: EmbeddedPostgres | null = await start();
  return {
    url: server.url,
    start: async (): Promise<void> => {
      server ??= await start();
    },
    stop: async (): Promise<void> => {
      await server?.stop();
      server = null;
    },
  };
}

interface Places {
  readonly url: string;
  readonly callback: number;
  /** Ports of the probes, in the order of the names. */
  readonly health: readonly number[];
}

function makeStarter({ folder, preload = [] }: AppsOptions, { url, callback, health }: Places) {
  const started = new Map<AppName, RunningProgram>();
  const settingsOf = (name: AppName): Variables => ({
    DATABASE_URL: url,
    EVENT_LOG: 'postgres',
    SHUTDOWN_DELAY_MS: '0',
    [name === 'query' ? 'API_PORT' : 'HEALTH_PORT']: `${health[NAMES.indexOf(name)] ?? 0}`,
    ...(name === 'ingest' && { CALLBACK_PORT: `${callback}` }),
  });
  return {
    app: (name: AppName) => started.get(name) ?? null,
    async startApp(name: AppName, variables: Variables = {}): Promise<void> {
      const known = started.get(name);
      const how = { name, script: SCRIPTS[name], folder, preload, variables: { ...settingsOf(name), ...variables } };
      const program = known?.isRunning() === true ? known : startProgram(how);
      started.set(name, program);
      await untilReady(`http://127.0.0.1:${health[NAMES.indexOf(name)] ?? 0}`, program);
    },
    async stop(): Promise<void> {
      await Promise.all([...started.values()].filter((one) => one.isRunning()).map((one) => endProgram(one)));
    },
  };
}

async function setUp(variables: Variables, folder: string): Promise<void> {
  const { ended } = startProgram({ name: 'setup', script: 'apps/standalone/setup.js', variables, folder });
  const { code } = await ended;
  if (code !== 0) throw new BrokenPromise(`setup ended with ${code}`);
}
