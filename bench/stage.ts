import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { parentOf, startBrokers } from '@mps-ledger/testing';
import type { RunOptions, Stage } from './contract';

export interface OpenStage extends Stage {
  /** What Postgres says of itself: `18.4`. */
  readonly postgresVersion: string;
  /** Stops both and removes all data. */
  close(): Promise<void>;
}

/** The same for all contestants; all else as Postgres has it, fsync on. */
export const POSTGRES_SETTINGS = { shared_buffers: '256MB' } as const;

/** So that the topics of a turn do not lie about for a minute after it. */
const BROKER_SETTINGS = { 'log.segment.delete.delay.ms': '1000' } as const;

/** Starts a broker and a Postgres of the run's own. Rejects with `NoKafka` where there is no Java, or no jars. */
export async function openStage(options: RunOptions, tell: (line: string) => void): Promise<OpenStage> {
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-bench-'));
  const dataDir = join(folder, 'postgres');
  mkdirSync(dataDir);
  // Open to the database's user, which is not root's.
  for (const one of [folder, dataDir]) chmodSync(one, 0o755);
  const brokers = await startBrokers({ life: 'long', settings: BROKER_SETTINGS });
  const postgres = await startEmbeddedPostgres({ dataDir, settings: POSTGRES_SETTINGS, throwaway: true });
  let made = 0;
  const makeName = (): string => `bench_${(made += 1)}`;
  return {
    brokers: brokers.address,
    brokerVariables: { KAFKA_BROKERS: brokers.address, KAFKA_SINGLE_BROKER: 'true' },
    async makeDatabase() {
      const url = new URL(postgres.url);
      url.pathname = `/${makeName()}`;
      await onDatabase(postgres.url, (client) => client.query(`CREATE DATABASE ${url.pathname.slice(1)}`));
      return url.href;
    },
    dropDatabase: (url) =>
      onDatabase(postgres.url, async (client) => {
        await client.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
      }),
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
