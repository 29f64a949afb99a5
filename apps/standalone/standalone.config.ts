import { Type } from 'typebox';
import {
  API_DEFAULT_PORT,
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
import {
  callbackSettings,
  cmqSettings,
  sourcesFileSettings,
  sourcesMistakes,
  sqsSettings,
} from '../ingest/ingest.config';
import { projectionSettings, rawRetentionSetting } from '@mps-ledger/projections';
import { taskChecksSetting } from '../projector/projector.config';
import { MPS_API_DEFAULT_PORT, mpsApiListenerSettings, mpsApiMistakes } from '../mps-api/mps-api.config';

/** All settings of the standalone app, the only app that requires none. */
export const standaloneSettings = Type.Object({
  ...apiListenerSettings,
  ...callbackSettings,
  ...mpsApiListenerSettings,
  MPS_API_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description:
        'Port of the API that parses notifications as the vendor does. Default 8084, or any other if that is taken and API_PORT is not its default.',
    }),
  ),
  ...cmqSettings,
  ...sqsSettings,
  ...sourcesFileSettings,
  DATA_DIR,
  DATABASE_URL: OPTIONAL_DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG: EVENT_LOG_OR_POSTGRES,
  ...kafkaSettings,
  ...appendSettings,
  ...logLayoutSettings,
  ...projectionSettings,
  ...rawRetentionSetting,
  ...taskChecksSetting,
  ...processSettings,
});

export type StandaloneConfig = Settings<typeof standaloneSettings>;

/**
 * The port of the vendor's API, and whether another one will do: a ledger whose own API is not on its default port may not be the
 * only one of this machine.
 */
export function mpsApiPort({ MPS_API_PORT, API_PORT }: Partial<Pick<StandaloneConfig, 'MPS_API_PORT' | 'API_PORT'>>) {
  return {
    port: MPS_API_PORT ?? MPS_API_DEFAULT_PORT,
    isMovable: MPS_API_PORT === undefined && API_PORT !== API_DEFAULT_PORT,
  };
}

/** Finds settings that contradict each other. */
export function standaloneMistakes(config: Partial<StandaloneConfig>): readonly ConfigurationMistake[] {
  return [
    ...apiListenerMistakes(config),
    ...sourcesMistakes(config),
    ...mpsApiMistakes(config),
    ...samePort(config),
    ...kafkaMistakes(config),
    ...databaseMistakes(config),
  ];
}

/** Each listener has a port of its own, so that exposing it exposes nothing else. */
function samePort(config: Partial<StandaloneConfig>): ConfigurationMistake[] {
  const mpsApi = mpsApiPort(config);
  const listeners = [
    { key: 'API_PORT', port: config.API_PORT, of: 'the API' },
    { key: 'CALLBACK_PORT', port: config.CALLBACK_PORT, of: 'callbacks' },
    { key: 'MPS_API_PORT', port: mpsApi.isMovable ? 0 : mpsApi.port, of: 'the API that parses notifications' },
  ];
  return listeners.flatMap(({ key, port }, place) => {
    const other = listeners.slice(0, place).find((earlier) => earlier.port === port);
    if (port === undefined || port === 0 || other === undefined) return [];
    return [{ key, message: `= ${port} is also the port of ${other.of}; choose different ports.` }];
  });
}
