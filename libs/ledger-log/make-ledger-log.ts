import { makeKafkaLog, makePostgresLog, type EventLog, type Generations, type Logger } from '@mps-ledger/event-log';
import type { Metrics } from '@mps-ledger/platform';
import { addLogGauges } from './log-gauges';
import {
  connectionOf,
  DERIVED_TOPIC,
  LEDGER_GENERATIONS,
  LEDGER_TOPICS,
  RETENTION_MS,
  type LogSettings,
} from './log-settings';

export interface LedgerLogOptions {
  readonly settings: LogSettings;
  /** The database, for the log in Postgres. */
  readonly url: string;
  /** What the servers are told of who is connected: `mps-ledger ingest`. */
  readonly name: string;
  readonly logger: Logger;
  /** Where it is shown whether the log is sound. Default: nowhere, and the logger is not told either. */
  readonly metrics?: Metrics;
  /** Which generations of its topics. Default: those of this build. */
  readonly generations?: Generations;
  /** Of the log in Postgres; see there. */
  readonly exclusive?: boolean;
  readonly statementTimeoutMs?: number;
}

/** The event log that the settings choose. Connects when it is used, and anew by itself. */
export function makeLedgerLog({ metrics, ...options }: LedgerLogOptions): EventLog {
  const log = makeChosenLog({ ...options, guardLogger: metrics === undefined ? SILENT : options.logger });
  if (metrics !== undefined) addLogGauges(metrics, log.guard);
  return log;
}

const nothing = (): void => undefined;
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

type ChosenLogOptions = Omit<LedgerLogOptions, 'metrics'> & { readonly guardLogger: Logger };

function makeChosenLog(options: ChosenLogOptions): EventLog {
  const { settings, url, name, logger, guardLogger, generations = LEDGER_GENERATIONS, ...ofPostgres } = options;
  const topicPrefix = settings.LEDGER_TOPIC_PREFIX;
  const layout = { topics: LEDGER_TOPICS, derived: DERIVED_TOPIC, generations };
  if (settings.EVENT_LOG === 'postgres')
    return makePostgresLog({
      ...{ url, pooler: settings.DATABASE_POOLER, directUrl: settings.DATABASE_DIRECT_URL },
      ...{ layout, guardLogger, topicPrefix, applicationName: name, logger, ...ofPostgres },
    });
  return makeKafkaLog({
    ...connectionOf(settings, name),
    ...{ layout, guardLogger, topicPrefix },
    singleBroker: settings.KAFKA_SINGLE_BROKER,
    retentionMs: RETENTION_MS,
    compression: settings.KAFKA_COMPRESSION ?? 'none',
    logger,
  });
}
