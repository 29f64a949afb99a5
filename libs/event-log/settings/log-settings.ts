import { readFileSync } from 'node:fs';
import type { EventLogSettings } from '@mps-ledger/platform';
import type { KafkaConnection } from '../kafka/client';
import type { LogLayout } from '../port/port';

/** What a log consists of, but for how many partitions its topics have. */
export interface EventLogLayout extends Omit<LogLayout, 'partitions'> {
  /** How long a topic keeps its records on Kafka, in ms, by its name without prefix. Topics not named keep them indefinitely. */
  readonly retentionMs: Readonly<Record<string, number>>;
}

/** How the brokers of these settings are reached. Throws where a file cannot be read. */
export function connectionOf(settings: EventLogSettings, clientId: string): KafkaConnection {
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
}: EventLogSettings): string | null {
  if (EVENT_LOG === 'postgres') return null;
  return `Kafka at ${KAFKA_BROKERS.join(',')}${prefix === '' ? '' : `, topics ${prefix}…`}`;
}

/** Where a ledger is, in words: its database's place, and its log's where that is another one. */
export function describePlaces(database: string, settings: EventLogSettings): string {
  const log = describePlace(settings);
  return log === null ? database : `${database}; ${log}`;
}
