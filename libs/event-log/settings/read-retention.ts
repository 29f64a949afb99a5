import type { EventLogSettings } from '@mps-ledger/platform';
import { readKafkaRetention } from '../kafka/setup/read-retention';
import { connectionOf, type EventLogLayout } from './log-settings';

export interface ReadRetentionOptions {
  readonly settings: EventLogSettings;
  readonly layout: EventLogLayout;
  /** What the brokers are told of who is connected. */
  readonly name: string;
}

/**
 * How long each topic of the log keeps its records, in ms, by its name without prefix; topics that keep them indefinitely
 * are left out, as all of the log in Postgres. Rejects with a LogError.
 */
export function readRetention({ settings, layout, name }: ReadRetentionOptions): Promise<ReadonlyMap<string, number>> {
  if (settings.EVENT_LOG === 'postgres') return Promise.resolve(new Map());
  return readKafkaRetention({ ...connectionOf(settings, name), layout, topicPrefix: settings.LEDGER_TOPIC_PREFIX });
}
