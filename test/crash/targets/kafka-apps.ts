import { randomBytes } from 'node:crypto';
import type { Variables } from '../programs';
import { makeAppPrograms, runSetup, type AppPrograms } from './app-programs';
import { sharedServices, startServices, type OwnServices, type Services, type ServicesOptions } from './services';
import type { Target } from './target';

/** The apps over topics and a database of their own, in brokers and a Postgres that others may use as well. */
export interface KafkaAppsTarget extends Target, AppPrograms {
  readonly kind: 'kafka-apps';
  /** Before the name of each topic and group. */
  readonly topicPrefix: string;
  /** What setup is told. */
  readonly setupVariables: Variables;
}

/** The apps over brokers and a Postgres that this target alone uses, and that may be harmed. */
export interface OwnKafkaAppsTarget extends KafkaAppsTarget {
  readonly services: OwnServices;
}

export interface KafkaAppsOptions {
  readonly folder: string;
  /** Of each topic. Default: as shipped. */
  readonly partitions?: number;
  /** More settings of the programs. Default: none. */
  readonly settings?: Variables;
  /** Whether the ledger is set up. Default true. */
  readonly setUp?: boolean;
}

/** On the one broker and the Postgres that the run keeps. */
export async function makeKafkaApps(options: KafkaAppsOptions): Promise<KafkaAppsTarget> {
  return makeOn(await sharedServices(), options);
}

/** On brokers and a Postgres of its own. */
export async function makeOwnKafkaApps(options: KafkaAppsOptions & ServicesOptions): Promise<OwnKafkaAppsTarget> {
  const services = await startServices(options);
  try {
    const target = await makeOn(services, options);
    return {
      ...target,
      services,
      async close() {
        await target.stop();
        await services.close();
      },
    };
  } catch (error) {
    await services.close();
    throw error;
  }
}

async function makeOn(services: Services, options: KafkaAppsOptions): Promise<KafkaAppsTarget> {
  const { folder, partitions, settings = {}, setUp = true } = options;
  const url = await services.makeDatabase();
  const topicPrefix = `crash-${randomBytes(6).toString('hex')}.`;
  const place = { ...services.brokerVariables, LEDGER_TOPIC_PREFIX: topicPrefix };
  const variables = { DATABASE_URL: url, EVENT_LOG: 'kafka', ...place };
  const setupVariables = { ...variables, ...(partitions !== undefined && { LEDGER_PARTITIONS: `${partitions}` }) };
  if (setUp) await runSetup(setupVariables, folder);
  const programs = await makeAppPrograms({ folder, variables: { ...variables, ...settings } });
  return {
    kind: 'kafka-apps',
    ...{ folder, topicPrefix, variables, setupVariables, ...programs },
    callbacks: programs.callbacksOf('ingest'),
    api: programs.probesOf('query'),
    databaseUrl: () => url,
    async close() {
      await programs.stop();
      await services.dropDatabase(url);
    },
  };
}
