import { Type } from 'typebox';
import {
  databaseMistakes,
  DATABASE_URL,
  databaseSettings,
  EVENT_LOG,
  healthListenerSettings,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
  processSettings,
} from '@mps-ledger/platform';
import type { ConfigurationMistake, Settings } from '@mps-ledger/platform';

/** All settings of the projector. */
export const projectorSettings = Type.Object({
  ...processSettings,
  ...healthListenerSettings(8083),
  EVENT_LOG,
  DATABASE_URL,
  ...databaseSettings,
  ...kafkaSettings,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
});

export type ProjectorSettings = Settings<typeof projectorSettings>;

/** Conflicts between settings that are valid one by one. */
export function projectorMistakes(config: Partial<ProjectorSettings>): readonly ConfigurationMistake[] {
  return [...kafkaMistakes(config), ...databaseMistakes(config)];
}
