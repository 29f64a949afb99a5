import { readFileSync } from 'node:fs';
import type { DerivedTopic, Generations, KafkaConnection } from '@mps-ledger/event-log';
import { EVENT_GENERATION, MAPPER_VERSION } from '@mps-ledger/tasks';
import { TOPICS } from '@mps-ledger/records';

/** What programs are told of their event log: settings of the platform's `kafkaSettings` and `logLayoutSettings`, checked. */
export interface LogSettings {
  readonly EVENT_LOG: 'kafka' | 'postgres';
  readonly LEDGER_TOPIC_PREFIX: string;
  /** Of the log in Postgres: what the database's URL leads through, and the way past it. */
  readonly DATABASE_POOLER?: 'none' | 'transaction';
  readonly DATABASE_DIRECT_URL?: string;
  readonly KAFKA_BROKERS?: readonly string[];
  readonly KAFKA_SINGLE_BROKER: boolean;
  readonly KAFKA_TLS: boolean;
  /** Path of a PEM file. */
  readonly KAFKA_CA_FILE?: string;
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly KAFKA_SASL_USERNAME?: string;
  readonly KAFKA_SASL_PASSWORD?: string;
  /** Of programs that append. */
  readonly KAFKA_COMPRESSION?: 'none' | 'gzip';
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Which topics a build works on: the first copy of the log, and what its own mapper derives. */
export const LEDGER_GENERATIONS: Generations = { logGeneration: 1, eventGeneration: EVENT_GENERATION };

/** The ledger's topics, and how its topics in Kafka must be: what was rejected is kept for 30 days, all else without end. */
export const LEDGER_TOPICS: readonly string[] = Object.values(TOPICS);
export const DERIVED_TOPIC: DerivedTopic = { topic: TOPICS.events, mapper: MAPPER_VERSION };
export const RETENTION_MS: Readonly<Record<string, number>> = { [TOPICS.rejected]: 30 * DAY_MS };

/** How the brokers of these settings are reached. Throws where a file cannot be read. */
export function connectionOf(settings: LogSettings, clientId: string): KafkaConnection {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
  const hasLogin = mechanism !== undefined && username !== undefined && password !== undefined;
  return {
    brokers: settings.KAFKA_BROKERS ?? [],
    clientId: clientId.replaceAll(' ', '-'),
    tls:
      settings.KAFKA_CA_FILE === undefined ? settings.KAFKA_TLS : { ca: readFileSync(settings.KAFKA_CA_FILE, 'utf8') },
    ...(hasLogin && { sasl: { mechanism, username, password } }),
  };
}

/** Where the log is, in words that follow the database's place; null where it is in that database. */
export function describePlace({
  EVENT_LOG,
  KAFKA_BROKERS = [],
  LEDGER_TOPIC_PREFIX: prefix,
}: LogSettings): string | null {
  if (EVENT_LOG === 'postgres') return null;
  return `Kafka at ${KAFKA_BROKERS.join(',')}${prefix === '' ? '' : `, topics ${prefix}…`}`;
}

/** Where a ledger is, in words: its database's place, and its log's where that is another one. */
export function describePlaces(database: string, settings: LogSettings): string {
  const log = describePlace(settings);
  return log === null ? database : `${database}; ${log}`;
}
