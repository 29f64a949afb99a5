import { makeKafkaLog, makePostgresLog, type EventLog, type Logger } from '@mps-ledger/event-log';
import { connectionOf, LEDGER_TOPICS, RETENTION_MS, type LogSettings } from './log-settings';

export interface LedgerLogOptions {
  readonly settings: LogSettings;
  /** The database, for the log in Postgres. */
  readonly url: string;
  /** What the servers are told of who is connected: `mps-ledger ingest`. */
  readonly name: string;
  readonly logger: Logger;
  /** Of the log in Postgres; see there. */
  readonly exclusive?: boolean;
  readonly statementTimeoutMs?: number;
}

/** The event log that the settings choose. Connects when it is used, and anew by itself. */
export function makeLedgerLog({ settings, url, name, logger, ...ofPostgres }: LedgerLogOptions): EventLog {
  const topicPrefix = settings.LEDGER_TOPIC_PREFIX;
  if (settings.EVENT_LOG === 'postgres')
    return makePostgresLog({
      ...{ url, pooler: settings.DATABASE_POOLER, directUrl: settings.DATABASE_DIRECT_URL },
      ...{ topicPrefix, applicationName: name, logger, ...ofPostgres },
    });
  return makeKafkaLog({
    ...connectionOf(settings, name),
    layout: { topics: LEDGER_TOPICS },
    topicPrefix,
    singleBroker: settings.KAFKA_SINGLE_BROKER,
    retentionMs: RETENTION_MS,
    compression: settings.KAFKA_COMPRESSION ?? 'none',
    logger,
  });
}
