import type { EventLogSettings } from '@mps-ledger/platform';
import { setupKafkaLog } from '../kafka/setup/setup';
import type { Logger } from '../port/logger';
import type { LogIdentity } from '../port/port';
import { setupPostgresLog } from '../postgres/setup';
import type { KnownLog } from '../setup/plan-setup';
import { connectionOf, type EventLogLayout } from './log-settings';

export interface SetUpEventLogOptions {
  readonly settings: EventLogSettings & { readonly LEDGER_PARTITIONS: number };
  readonly layout: EventLogLayout;
  /** The database, for the log in Postgres; not through a pooler that hands out connections by transaction. */
  readonly url: string;
  readonly logger: Logger;
  /** The log that the read model knows. Default: it knows none. */
  readonly known?: KnownLog;
  /** Called, on Kafka, before each partition is begun. Default: not called. */
  readonly onGenesis?: () => void;
}

/**
 * Creates the event log that the settings choose, or what is missing of one that nobody used yet, and answers its identity.
 * Idempotent, also when run twice at once. Rejects, with nothing changed, with `LogDiffers`, `LogOfOtherFormat` or `LogUnavailable`.
 */
export function setUpEventLog(options: SetUpEventLogOptions): Promise<LogIdentity> {
  const { settings, url, logger, onGenesis, known } = options;
  const { LEDGER_PARTITIONS: partitions, LEDGER_TOPIC_PREFIX: topicPrefix } = settings;
  const { retentionMs, ...topics } = options.layout;
  const layout = { ...topics, partitions };
  if (settings.EVENT_LOG === 'postgres') return setupPostgresLog({ url, layout, topicPrefix, known });
  return setupKafkaLog({
    ...connectionOf(settings, 'mps-ledger setup'),
    ...{ layout, retentionMs, topicPrefix, logger, onGenesis, known },
    singleBroker: settings.KAFKA_SINGLE_BROKER,
  });
}
