import { Type } from 'typebox';
import {
  apiListenerMistakes,
  apiListenerSettings,
  appendSettings,
  type ConfigurationMistake,
  DATA_DIR,
  databaseMistakes,
  databaseSettings,
  EVENT_LOG_OR_POSTGRES,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
  OPTIONAL_DATABASE_URL,
  processSettings,
  type Settings,
} from '@mps-ledger/platform';
import { callbackMistakes, callbackSettings } from '../ingest/ingest.config';

/** All settings of the standalone app, the only app that requires none. */
export const standaloneSettings = Type.Object({
  ...apiListenerSettings,
  ...callbackSettings,
  DATA_DIR,
  DATABASE_URL: OPTIONAL_DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG: EVENT_LOG_OR_POSTGRES,
  ...kafkaSettings,
  ...appendSettings,
  ...logLayoutSettings,
  ...processSettings,
});

export type StandaloneConfig = Settings<typeof standaloneSettings>;

/** Finds settings that contradict each other. */
export function standaloneMistakes(config: Partial<StandaloneConfig>): readonly ConfigurationMistake[] {
  return [
    ...apiListenerMistakes(config),
    ...callbackMistakes(config),
    ...samePort(config),
    ...kafkaMistakes(config),
    ...databaseMistakes(config),
  ];
}

/** Callbacks have a port of their own, so that exposing them exposes nothing else. */
function samePort({ API_PORT: port, CALLBACK_PORT: other }: Partial<StandaloneConfig>): ConfigurationMistake[] {
  if (port === undefined || port === 0 || port !== other) return [];
  return [{ key: 'CALLBACK_PORT', message: `= ${other} is also the port of the API; choose two different ports.` }];
}
