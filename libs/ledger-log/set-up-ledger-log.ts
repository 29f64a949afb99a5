import {
  setupKafkaLog,
  setupPostgresLog,
  type Generations,
  type KnownLog,
  type LogIdentity,
  type Logger,
} from '@mps-ledger/event-log';
import {
  connectionOf,
  DERIVED_TOPIC,
  LEDGER_GENERATIONS,
  LEDGER_TOPICS,
  RETENTION_MS,
  type LogSettings,
} from './log-settings';

export interface SetUpLedgerLogOptions {
  readonly settings: LogSettings & { readonly LEDGER_PARTITIONS: number };
  /** The database, for the log in Postgres; not through a pooler that hands out connections by transaction. */
  readonly url: string;
  readonly logger: Logger;
  /** The log that the read model knows. Default: it knows none. */
  readonly known?: KnownLog;
  /** Which generations of its topics. Default: those of this build. */
  readonly generations?: Generations;
  /** Told, on Kafka, before each partition is begun. Default: not told. */
  readonly onGenesis?: () => void;
}

/**
 * Makes the event log that the settings choose, or what is missing of one that nobody used yet, and answers which log it is. Harmless to repeat and
 * to run twice at once. Rejects, with nothing changed, with `LogDiffers`, `LogOfOtherFormat` or `LogUnavailable`.
 */
export function setUpLedgerLog(options: SetUpLedgerLogOptions): Promise<LogIdentity> {
  const { settings, url, logger, onGenesis, known, generations = LEDGER_GENERATIONS } = options;
  const { LEDGER_PARTITIONS: partitions, LEDGER_TOPIC_PREFIX: topicPrefix } = settings;
  const layout = { topics: LEDGER_TOPICS, derived: DERIVED_TOPIC, generations, partitions };
  if (settings.EVENT_LOG === 'postgres') return setupPostgresLog({ url, layout, topicPrefix, known });
  return setupKafkaLog({
    ...connectionOf(settings, 'mps-ledger setup'),
    ...{ layout, topicPrefix, logger, onGenesis, known },
    singleBroker: settings.KAFKA_SINGLE_BROKER,
    retentionMs: RETENTION_MS,
  });
}
