import { Type } from 'typebox';
import { apiListenerSettings, readConfiguration, type Environment } from '@mps-ledger/platform';

/** All settings of the simulator; everything else is a command line argument. */
export const simulatorSettings = Type.Object({ API_KEYS: apiListenerSettings.API_KEYS });

/** The API key used if the arguments give none: the first of API_KEYS. Throws a ConfigurationError. */
export function apiKeyOf(env: Environment): string | null {
  return readConfiguration(simulatorSettings, env, { app: 'simulator' }).API_KEYS?.[0] ?? null;
}
