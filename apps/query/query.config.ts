import { Type } from 'typebox';
import {
  apiListenerMistakes,
  apiListenerSettings,
  appendSettings,
  databaseMistakes,
  DATABASE_URL,
  databaseSettings,
  EVENT_LOG,
  kafkaSettings,
  logLayoutSettings,
  processSettings,
} from '@mps-ledger/platform';
import type { ConfigurationMistake, Settings } from '@mps-ledger/platform';

/**
 * All settings of the query app. It reads Postgres only; where the event log is it asks for like its neighbours, so that an
 * installation says so once for all.
 */
export const querySettings = Type.Object({
  DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG,
  ...apiListenerSettings,
  ...processSettings,
});

export type QuerySettings = Settings<typeof querySettings>;

/** Settings of the neighbours, which may share one environment with this app. */
export const NEIGHBOURS_SETTINGS = [
  ...Object.keys(kafkaSettings),
  ...Object.keys(appendSettings),
  ...Object.keys(logLayoutSettings),
  'MPS_NOTIFY_KEY',
  'MPS_NOTIFY_PATH',
  'MPS_NOTIFY_EXPIRED',
];

/** What is wrong between the settings, each right by itself. */
export function queryMistakes(config: Partial<QuerySettings>): readonly ConfigurationMistake[] {
  return [...apiListenerMistakes(config), ...databaseMistakes(config)];
}
