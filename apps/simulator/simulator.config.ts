import { Type } from 'typebox';
import { apiListenerSettings, readConfiguration, type Environment } from '@mps-ledger/platform';

/** All settings of the simulator; what it plays is said by its arguments. */
export const simulatorSettings = Type.Object({ API_KEYS: apiListenerSettings.API_KEYS });

/** The key to ask the API with where the arguments give none: the ledger's first one. Throws a ConfigurationError. */
export function apiKeyOf(env: Environment): string | null {
  return readConfiguration(simulatorSettings, env, { app: 'simulator' }).API_KEYS?.[0] ?? null;
}
