import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { parentOf, startBrokers } from '@mps-ledger/testing';
import type { KeptDatabase, RunOptions, Stage } from './contract';

export interface OpenStage extends Stage {
  /** What Postgres says of itself: `18.4`. */
  readonly postgresVersion: string;
  /** Stops both and removes all data. */
  close(): Promise<void>;
}

/**
 * The same for all contestants; all else as Postgres has it, fsync on. A quarter of the memory is what the documentation of Postgres
 * recommends for a server of its own.
 */
export const POSTGRES_SETTINGS = { shared_buffers: `${Math.floor(totalmem() / 4 / 2 ** 20)}MB` } as const;

/** So that the topics of a turn do not lie about for a minute after it. */
const BROKER_SETTINGS = { 'log.segment.delete.delay.ms': '1000' } as const;

/** Starts a broker and a Postgres of the run's own. Rejects with `NoKafka` where there is no Java, or no jars. */
export async function openStage(options: RunOptions, tell: (line: string) => void): Promise<OpenStage> {
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-bench-'));
  const dataDir = options.data ?? join(folder, 'postgres');
  mkdirSync(dataDir, { recursive: true });
  // Open to the database's user, which is not root's.
  for (const one of [folder, dataDir]) chmodSync(one, 0o755);
  const brokers = await startBrokers({ life: 'long', settings: BROKER_SETTINGS });
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: POSTGRES_SETTINGS,
    throwaway: options.data === null,
  });
  const isKept = options.data !== null;
  let made = 0;
  // Not the names of an earlier run that left its databases in a kept folder.
  const makeName = (): string => `bench_${process.pid}_${(made += 1)}`;
  return {
    brokers: brokers.address,
    brokerVariables: { KAFKA_BROKERS: brokers.address, KAFKA_SINGLE_BROKER: 'true' },
    makeDatabase: () => makeDatabase(postgres.url, makeName()),
    dropDatabase: (url) => dropDatabase(postgres.url, url),
    openKept: (name) => openKept(postgres.url, name, isKept),
    makePrefix: () => `${makeName()}.`,
    pids: { postgres: await serverBehind(postgres.url), broker: brokers.brokers[0]?.pid() ?? 0 },
    postgresVersion: postgres.version,
    ...{ folder, options, tell },
    async close() {
      await Promise.all([brokers.stop(), postgres.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function makeDatabase(server: string, name: string): Promise<string> {
  await onDatabase(server, (client) => client.query(`CREATE DATABASE ${name}`));
  return databaseOf(server, name);
}

async function dropDatabase(server: string, url: string): Promise<void> {
  await onDatabase(server, (client) => client.query(`DROP DATABASE IF EXISTS ${nameIn(url)} WITH (FORCE)`));
}

function databaseOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

const nameIn = (url: string): string => new URL(url).pathname.slice(1);

/** The database says itself, in its comment, that it was filled. */
async function openKept(server: string, name: string, isKept: boolean): Promise<KeptDatabase> {
  const url = databaseOf(server, name);
  const comment = `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`;
  const { rows } = await onDatabase(server, (client) => client.query<{ comment: string | null }>(comment, [name]));
  const isFilled = rows[0]?.comment === FILLED;
  if (!isFilled) {
    await dropDatabase(server, url);
    await makeDatabase(server, name);
  }
  return {
    ...{ url, isFilled },
    filled: () =>
      onDatabase(server, async (client) => void (await client.query(`COMMENT ON DATABASE ${name} IS '${FILLED}'`))),
    close: () => (isKept ? Promise.resolve() : dropDatabase(server, url)),
  };
}

const FILLED = 'filled by npm run bench';

/** Does something over a connection of its own. */
export async function onDatabase<Value>(url: string, work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: url, application_name: 'mps-ledger bench' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The process that all of a Postgres's are children of. It must be on this machine. */
export async function serverBehind(url: string): Promise<number> {
  return onDatabase(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return parentOf(rows[0]?.pid ?? 0) ?? 0;
  });
}
