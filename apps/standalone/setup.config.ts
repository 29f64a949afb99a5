import { Type } from 'typebox';
import { DATABASE_URL, logLayoutSettings, processSettings, type Settings } from '@mps-ledger/platform';

/** All settings of the setup step. */
export const setupSettings = Type.Object({
  DATABASE_URL,
  EVENT_LOG: Type.Enum(['postgres'] as const, { description: 'Which event log: postgres.' }),
  LEDGER_PARTITIONS: logLayoutSettings.LEDGER_PARTITIONS,
  LOG_LEVEL: processSettings.LOG_LEVEL,
});

export type SetupConfig = Settings<typeof setupSettings>;
