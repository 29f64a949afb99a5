import { Type } from 'typebox';
import {
  databaseMistakes,
  DATABASE_URL,
  databaseSettings,
  EVENT_LOG,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
  processSettings,
  type ConfigurationMistake,
  type Settings,
} from '@mps-ledger/platform';

/** All settings of the setup step. */
export const setupSettings = Type.Object({
  DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG,
  ...kafkaSettings,
  ...logLayoutSettings,
  LOG_LEVEL: processSettings.LOG_LEVEL,
});

export type SetupConfig = Settings<typeof setupSettings>;

/** Finds settings that contradict each other. */
export function setupMistakes(config: Partial<SetupConfig>): readonly ConfigurationMistake[] {
  return [...kafkaMistakes(config), ...databaseMistakes(config)];
}
