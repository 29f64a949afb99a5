import { join } from 'node:path';
import {
  startBrokers,
  startProxiedBroker,
  type BrokersOptions,
  type KafkaProxy,
  type TestBroker,
} from '@mps-ledger/testing';
import { Client } from 'pg';
import { closeFolder, openFolder } from '../folders';
import type { Variables } from '../programs';
import { makePostgres, type OwnPostgres } from './postgres';

/** Brokers and a Postgres, which outlive the programs that are killed, and one ledger after the other. */
export interface Services {
  /** With which programs find the brokers. */
  readonly brokerVariables: Variables;
  /** Makes an empty database and answers its URL, as its superuser. */
  makeDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
}

/** Those that may be harmed, too. */
export interface OwnServices extends Services, OwnPostgres {
  readonly brokers: readonly TestBroker[];
  /** What programs reach the broker through, where that was asked for. */
  readonly proxy?: KafkaProxy;
  close(): Promise<void>;
}

/** Many ledgers may be at work at once. */
const POSTGRES_SETTINGS = { max_connections: '400' };

let made = 0;

export interface ServicesOptions {
  /** Default: one, with the usual settings. */
  readonly brokers?: BrokersOptions;
  /** Whether there is one broker, which programs reach through a proxy that knows Kafka's frames. Default false. */
  readonly proxied?: boolean;
  /** Where Postgres has its data. Default: a folder of its own. */
  readonly dataDir?: string;
}

/** Starts brokers and a Postgres; gone, and their data with them, when they are closed. */
export async function startServices(options: ServicesOptions = {}): Promise<OwnServices> {
  const folder = openFolder('mps-ledger-crash-services-');
  const [brokers, postgres] = await Promise.all([
    startKafka(options),
    makePostgres(options.dataDir ?? join(folder, 'data'), POSTGRES_SETTINGS),
  ]);
  const { stopPostgres, startPostgres, postgresPid } = postgres;
  return {
    ...{ stopPostgres, startPostgres, postgresPid, brokers: brokers.brokers },
    ...(brokers.proxy !== undefined && { proxy: brokers.proxy }),
    ...servicesAt(brokers.address, postgres.url),
    async close() {
      await Promise.all([stopPostgres(), brokers.stop()]);
      closeFolder(folder);
    },
  };
}

interface StartedKafka {
  /** As programs are to reach it. */
  readonly address: string;
  readonly brokers: readonly TestBroker[];
  readonly proxy?: KafkaProxy;
  stop(): Promise<void>;
}

async function startKafka({ brokers, proxied = false }: ServicesOptions): Promise<StartedKafka> {
  if (!proxied) return startBrokers(brokers);
  const started = await startProxiedBroker(brokers);
  const { proxy, broker } = started;
  return { address: started.proxied.join(','), brokers: [broker], proxy, stop: () => started.stop() };
}

function servicesAt(address: string, server: string): Services {
  const isSingle = !address.includes(',');
  return {
    brokerVariables: { KAFKA_BROKERS: address, ...(isSingle && { KAFKA_SINGLE_BROKER: 'true' }) },
    async makeDatabase() {
      made += 1;
      const url = new URL(server);
      url.pathname = `/crash_${process.pid}_${made}`;
      await onServer(server, `CREATE DATABASE ${url.pathname.slice(1)} TEMPLATE template0`);
      return url.href;
    },
    dropDatabase: (url) => onServer(server, `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'crash runner' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

let shared: Promise<OwnServices> | undefined;

/** One broker and one Postgres for all ledgers of this run, which leave them unharmed: the specs' own, or started when they are first asked for. */
export async function sharedServices(): Promise<Services> {
  const { TEST_KAFKA_BROKERS: brokers = '', TEST_DATABASE_URL: database = '' } = process.env;
  if (brokers !== '' && database !== '') return servicesAt(brokers, database);
  return (shared ??= startServices());
}

export async function closeSharedServices(): Promise<void> {
  await (await shared)?.close();
}
