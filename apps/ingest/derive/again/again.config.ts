import { Type } from 'typebox';
import {
  DATA_DIR,
  databaseSettings,
  EVENT_LOG_OR_POSTGRES,
  kafkaSettings,
  logLayoutSettings,
  OPTIONAL_DATABASE_URL,
  processSettings,
  type Settings,
} from '@mps-ledger/platform';

/** All settings of `npm run derive`. */
export const againSettings = Type.Object({
  DATA_DIR,
  DATABASE_URL: OPTIONAL_DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG: EVENT_LOG_OR_POSTGRES,
  ...kafkaSettings,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
  LOG_LEVEL: processSettings.LOG_LEVEL,
});

export type AgainConfig = Settings<typeof againSettings>;
