import { type EventLog, makeEventLog } from '@mps-ledger/event-log';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import type { Target } from './targets/target';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens the event log of a running target, to read or write it without its programs. The caller closes it. */
export function logOf(target: Target): EventLog {
  const { EVENT_LOG, KAFKA_BROKERS = '', KAFKA_SINGLE_BROKER, LEDGER_TOPIC_PREFIX = '' } = target.variables;
  return makeEventLog({
    layout: LEDGER_LAYOUT,
    settings: {
      EVENT_LOG: EVENT_LOG === 'kafka' ? 'kafka' : 'postgres',
      KAFKA_BROKERS: KAFKA_BROKERS.split(','),
      KAFKA_SINGLE_BROKER: KAFKA_SINGLE_BROKER === 'true',
      KAFKA_TLS: false,
      LEDGER_TOPIC_PREFIX,
    },
    url: target.databaseUrl(),
    name: 'crash runner',
    logger: SILENT,
  });
}
