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
 * All settings of the query app. It reads Postgres only; it demands EVENT_LOG like the other apps, so that all of them share one
 * environment.
 */
export const querySettings = Type.Object({
  DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG,
  ...apiListenerSettings,
  ...processSettings,
});

export type QuerySettings = Settings<typeof querySettings>;

/** Settings of the other apps, which may share one environment with this one. */
export const NEIGHBOURS_SETTINGS = [
  ...Object.keys(kafkaSettings),
  ...Object.keys(appendSettings),
  ...Object.keys(logLayoutSettings),
  'MPS_NOTIFY_KEY',
  'MPS_NOTIFY_PATH',
  'MPS_NOTIFY_EXPIRED',
];

/** Mistakes in the combination of settings that are each valid. */
export function queryMistakes(config: Partial<QuerySettings>): readonly ConfigurationMistake[] {
  return [...apiListenerMistakes(config), ...databaseMistakes(config)];
}
