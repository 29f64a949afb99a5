import { Type } from 'typebox';
import {
  DATABASE_URL,
  EVENT_LOG,
  kafkaSettings,
  logLayoutSettings,
  processSettings,
  type Settings,
} from '@mps-ledger/platform';

/** All settings of the setup step. */
export const setupSettings = Type.Object({
  DATABASE_URL,
  EVENT_LOG,
  ...kafkaSettings,
  ...logLayoutSettings,
  LOG_LEVEL: processSettings.LOG_LEVEL,
});

export type SetupConfig = Settings<typeof setupSettings>;
