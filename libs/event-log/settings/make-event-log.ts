import type { EventLogSettings, Metrics } from '@mps-ledger/platform';
import { makeKafkaLog } from '../kafka/kafka-log';
import { silent, type Logger } from '../port/logger';
import type { EventLog } from '../port/port';
import { makePostgresLog } from '../postgres/postgres-log';
import { addLogGauges } from './log-gauges';
import { connectionOf, type EventLogLayout } from './log-settings';

export interface EventLogOptions {
  readonly settings: EventLogSettings;
  readonly layout: EventLogLayout;
  /** The database, for the log in Postgres. */
  readonly url: string;
  /** What the servers are told of who is connected: `mps-ledger ingest`. */
  readonly name: string;
  readonly logger: Logger;
  /** Where it is shown whether the log is sound. Default: nowhere, and the logger is not told either. */
  readonly metrics?: Metrics;
  /** Of the log in Postgres; see there. */
  readonly exclusive?: boolean;
  readonly statementTimeoutMs?: number;
}

/** The event log that the settings choose. Connects when it is used, and reconnects automatically. */
export function makeEventLog({ metrics, ...options }: EventLogOptions): EventLog {
  const log = makeChosenLog({ ...options, guardLogger: metrics === undefined ? silent : options.logger });
  if (metrics !== undefined) addLogGauges(metrics, log.guard);
  return log;
}

type ChosenLogOptions = Omit<EventLogOptions, 'metrics'> & { readonly guardLogger: Logger };

function makeChosenLog(options: ChosenLogOptions): EventLog {
  const { settings, url, name, logger, guardLogger, ...others } = options;
  const {
    layout: { retentionMs, ...layout },
    ...ofPostgres
  } = others;
  const topicPrefix = settings.LEDGER_TOPIC_PREFIX;
  if (settings.EVENT_LOG === 'postgres')
    return makePostgresLog({
      ...{ url, pooler: settings.DATABASE_POOLER, directUrl: settings.DATABASE_DIRECT_URL },
      ...{ layout, guardLogger, topicPrefix, applicationName: name, logger, ...ofPostgres },
    });
  return makeKafkaLog({
    ...connectionOf(settings, name),
    ...{ layout, retentionMs, guardLogger, topicPrefix, logger },
    singleBroker: settings.KAFKA_SINGLE_BROKER,
    compression: settings.KAFKA_COMPRESSION ?? 'none',
  });
}
