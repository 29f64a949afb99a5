import type { DynamicModule } from '@nestjs/common';
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
import { projectionSettings, rawRetentionSetting } from '@mps-ledger/projections';
import type { ApiKeys } from './keys/make-keys';
import type { ConfigurationMistake, Health, Logger, Metrics, Settings } from '@mps-ledger/platform';

/**
 * All settings of the query app. It reads Postgres only; it demands EVENT_LOG like the other apps, so that all of them share one
 * environment.
 */
export const querySettings = Type.Object({
  DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG,
  ...apiListenerSettings,
  ...projectionSettings,
  ...processSettings,
});

export type QuerySettings = Settings<typeof querySettings>;

/** The settings that the app itself needs. */
export type QueryConfig = Pick<QuerySettings, 'API_HOST' | 'API_PORT' | 'API_KEYS' | 'DATABASE_URL'> &
  Partial<
    Pick<
      QuerySettings,
      'API_KEYS_REQUIRED' | 'API_RATE_LIMIT' | 'DATABASE_POOLER' | 'DATABASE_DIRECT_URL' | 'OPTIONAL_PROJECTIONS'
    >
  >;

/** What the process gives the app. */
export interface QueryProgram {
  readonly config: QueryConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** The keys of the database, closed with the app. Default: only those of the settings. */
  readonly keys?: ApiKeys;
  /** Modules whose routes are on the API's listener as well. Default: none. */
  readonly beside?: readonly DynamicModule[];
  /** Schema of the read model. Default: this build's. */
  readonly schema?: string;
}

/** Settings of the other apps, which may share one environment with this one. */
export const NEIGHBOURS_SETTINGS = [
  ...Object.keys(rawRetentionSetting),
  ...Object.keys(kafkaSettings),
  ...Object.keys(appendSettings),
  ...Object.keys(logLayoutSettings),
  'MPS_NOTIFY_KEY',
  'MPS_NOTIFY_PATH',
  'MPS_NOTIFY_EXPIRED',
  'MPS_API_HOST',
  'MPS_API_PORT',
  'MPS_API_KEYS',
  'MPS_API_RATE',
];

/** Mistakes in the combination of settings that are each valid. */
export function queryMistakes(config: Partial<QuerySettings>): readonly ConfigurationMistake[] {
  return [...apiListenerMistakes(config), ...databaseMistakes(config)];
}
