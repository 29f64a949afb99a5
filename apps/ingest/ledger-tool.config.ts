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

/** All settings of the tools that work on the log of a ledger: `npm run derive`, `npm run import` and `npm run export`. */
export const ledgerToolSettings = Type.Object({
  DATA_DIR,
  DATABASE_URL: OPTIONAL_DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG: EVENT_LOG_OR_POSTGRES,
  ...kafkaSettings,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
  LOG_LEVEL: processSettings.LOG_LEVEL,
});

export type LedgerToolConfig = Settings<typeof ledgerToolSettings>;
