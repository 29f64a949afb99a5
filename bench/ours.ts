import { freePorts } from '@mps-ledger/testing';
import type { KeptDatabase, Stage } from './contract';
import { runProgram, startProgram, until200, type Program } from './programs';
import { PARTITIONS } from './topics';

type App = 'ingest' | 'projector' | 'query';

/** Our apps over the topics of a turn and a database of their own. */
export interface Ledger {
  readonly databaseUrl: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Stops what was started and removes the database. */
  drop(): Promise<void>;
  /** Starts one of each. */
  begin(...apps: readonly App[]): void;
  /** The same, and waits until they are ready. */
  start(...apps: readonly App[]): Promise<void>;
  /** Of what runs, for the meter. */
  pids(): readonly number[];
  /** Ports where callbacks and the API are. */
  readonly callbacks: number;
  readonly api: number;
  /** Ends all that runs. */
  stop(): Promise<void>;
}

/** Sets a ledger up on Kafka; topics of this prefix that are there already are kept. `ofIngest`: more settings of ingest. */
export async function makeLedger(
  stage: Stage,
  prefix: string,
  ofIngest: Readonly<Record<string, string>> = {},
): Promise<Ledger> {
  const databaseUrl = await stage.makeDatabase();
  const settings = { DATABASE_URL: databaseUrl, EVENT_LOG: 'kafka', LEDGER_TOPIC_PREFIX: prefix };
  const variables = { ...stage.brokerVariables, ...settings };
  return setUp({ databaseUrl, variables, ofIngest, drop: () => stage.dropDatabase(databaseUrl) });
}

/** Sets a ledger up in a database, its log too, with the projection `search`; what is there already is kept. */
export function ledgerIn(database: KeptDatabase): Promise<Ledger> {
  const { url } = database;
  const settings = { DATABASE_URL: url, EVENT_LOG: 'postgres', LEDGER_PARTITIONS: `${PARTITIONS}` };
  const variables = { ...settings, OPTIONAL_PROJECTIONS: 'search' };
  return setUp({ databaseUrl: url, variables, ofIngest: {}, drop: () => database.close() });
}

interface LedgerToSetUp {
  readonly databaseUrl: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly ofIngest: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

async function setUp({ databaseUrl, variables, ofIngest, ...given }: LedgerToSetUp): Promise<Ledger> {
  await runProgram('apps/standalone/setup.js', variables);
  const [callbacks = 0, api = 0, ingestHealth = 0, projectorHealth = 0] = await freePorts(4);
  const health = { ingest: ingestHealth, projector: projectorHealth, query: api };
  const own = {
    ingest: { CALLBACK_PORT: `${callbacks}`, HEALTH_PORT: `${ingestHealth}`, ...ofIngest },
    projector: { HEALTH_PORT: `${projectorHealth}` },
    query: { API_PORT: `${api}` },
  };
  const running: Program[] = [];
  const begin = (...apps: readonly App[]): void => {
    for (const app of apps) running.push(startProgram(`apps/${app}/main.js`, { ...variables, ...own[app] }));
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((program) => program.stop()));
  };
  return {
    ...{ databaseUrl, variables, callbacks, api, stop },
    async drop() {
      await stop();
      await given.drop();
    },
    begin,
    async start(...apps) {
      begin(...apps);
      await Promise.all(apps.map((app) => until200(`http://127.0.0.1:${health[app]}/readyz`)));
    },
    pids: () => running.map(({ pid }) => pid),
  };
}
