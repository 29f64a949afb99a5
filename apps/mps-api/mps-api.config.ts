import { Type } from 'typebox';
import {
  healthListenerSettings,
  hostSetting,
  openListenerMistakes,
  portSetting,
  processSettings,
} from '@mps-ledger/platform';
import type { ConfigurationMistake, Settings } from '@mps-ledger/platform';

/** The port of this API where none is given. */
export const MPS_API_DEFAULT_PORT = 8084;

/** The settings of the vendor's API as we serve it, also in a process that does more. */
export const mpsApiListenerSettings = {
  MPS_API_HOST: hostSetting(
    '127.0.0.1',
    'Address of the API that parses notifications as the vendor does. Another one than loopback demands MPS_API_KEYS.',
  ),
  MPS_API_PORT: portSetting(MPS_API_DEFAULT_PORT, 'Port of the API that parses notifications as the vendor does.'),
  MPS_API_KEYS: Type.Optional(
    Type.Array(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{1,128}:[\\x21-\\x2b\\x2d-\\x7e]{1,256}$',
        allowed: 'SecretId:SecretKey, the first of letters, digits, _ and -, the second without spaces and commas',
      }),
      {
        minItems: 1,
        secret: true,
        description:
          'Keys that requests must be signed with, several for clients and rotation. Without, none is checked.',
      },
    ),
  ),
  MPS_API_RATE: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 20,
    description: 'Requests per second and key (without keys, per address) that are answered; 0 for no limit.',
  }),
};

/** All settings of the app. */
export const mpsApiSettings = Type.Object({
  ...mpsApiListenerSettings,
  ...healthListenerSettings(8085),
  ...processSettings,
});

export type MpsApiSettings = Settings<typeof mpsApiSettings>;

/** The settings that the app itself needs. */
export type MpsApiConfig = Pick<MpsApiSettings, keyof typeof mpsApiListenerSettings>;

/** Refuses a listener that other machines reach and that checks no signature. */
export function mpsApiMistakes(config: Partial<MpsApiConfig>): readonly ConfigurationMistake[] {
  const { MPS_API_HOST: host, MPS_API_KEYS: keys = [] } = config;
  if (host === undefined) return [];
  return openListenerMistakes(host, {
    ...{ apiKeys: keys, hostSetting: 'MPS_API_HOST' },
    advice: 'Set MPS_API_KEYS (SecretId:SecretKey, comma-separated)',
  });
}
