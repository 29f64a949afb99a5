import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import {
  appendSettings,
  databaseMistakes,
  DATABASE_URL,
  databaseSettings,
  EVENT_LOG,
  healthListenerSettings,
  hostSetting,
  isLoopback,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
  portSetting,
  processSettings,
  type ConfigurationMistake,
  type Settings,
} from '@mps-ledger/platform';

const GUESSABLE_PATH = 16;
const DEFAULT_PATH = 'mps';

/** The settings of receiving callbacks, also in a process that does more. */
export const callbackSettings = {
  CALLBACK_HOST: hostSetting(
    '127.0.0.1',
    'Address of the callback listener. Another one than loopback demands MPS_NOTIFY_PATH.',
  ),
  CALLBACK_PORT: portSetting(8081, 'Port of the callback listener.'),
  MPS_NOTIFY_PATH: Type.String({
    default: DEFAULT_PATH,
    maxLength: 128,
    pattern: '^[A-Za-z0-9._~-]+$',
    allowed: '1 to 128 characters of A-Z a-z 0-9 . _ ~ -',
    description: 'Last part of the callback URL, /notify/{path}: a shared secret unless the listener is on loopback.',
  }),
  MPS_NOTIFY_KEY: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
      minItems: 1,
      secret: true,
      description: 'NotifyKey of the tasks, several for rotation. With it, callbacks without a right Sign are refused.',
    }),
  ),
  MPS_NOTIFY_EXPIRED: Type.Enum(['accept', 'refuse'] as const, {
    default: 'accept',
    description:
      'A callback whose Sign is right and whose Timestamp is over: taken with trust callback-unsigned, or refused.',
  }),
};

/** All settings of the ingest app. */
export const ingestSettings = Type.Object({
  ...callbackSettings,
  ...healthListenerSettings(8082),
  EVENT_LOG,
  DATABASE_URL,
  ...databaseSettings,
  ...kafkaSettings,
  ...appendSettings,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
  ...processSettings,
});

export type IngestConfig = Settings<typeof ingestSettings>;
export type CallbackConfig = Pick<IngestConfig, keyof typeof callbackSettings>;

/** Contradictions between settings of the ingest app that are each valid alone. */
export function ingestMistakes(config: Partial<IngestConfig>): readonly ConfigurationMistake[] {
  return [...callbackMistakes(config), ...kafkaMistakes(config), ...databaseMistakes(config)];
}

/** Refuses a path that could be guessed on a listener that other machines reach, and suggests one that cannot. */
export function callbackMistakes(config: Partial<CallbackConfig>): readonly ConfigurationMistake[] {
  const { CALLBACK_HOST: host, MPS_NOTIFY_PATH: path } = config;
  if (host === undefined || path === undefined || isLoopback(host) || path.length >= GUESSABLE_PATH) return [];
  const message =
    `= ${JSON.stringify(path)} could be guessed, and CALLBACK_HOST = ${JSON.stringify(host)} lets other machines in; ` +
    `it must have at least ${GUESSABLE_PATH} characters. Here is one: MPS_NOTIFY_PATH=${randomBytes(18).toString('base64url')}`;
  return [{ key: 'MPS_NOTIFY_PATH', message }];
}
