import { ConfigurationError, type ConfigurationMistake } from '../configuration/configuration-error';
import { isLoopback } from './hosts';
import type { KeySource } from './key-source';

export interface Access {
  /** Accepted as `Authorization: Bearer <key>`, for everything. Empty: no key is needed, which is allowed on loopback only. */
  readonly apiKeys: readonly string[];
  /** Whether a key is needed in any case: the source may have some. Default false. */
  readonly isKeyRequired?: boolean;
  /** Requests per second at most of each key, and without keys of each address. Default 0: no limit. */
  readonly perSecond?: number;
  /** Where further keys are, with what they grant. Once there is one, each request needs a key. Default: there are none. */
  readonly keySource?: KeySource;
  /** The setting that names the host, for the refusal. Default `API_HOST`. */
  readonly hostSetting?: string;
  /** What to set, for the refusal. Default: that for `API_KEYS`. */
  readonly advice?: string;
}

const ADVICE =
  'Set API_KEYS (comma-separated, 16 characters or more each), or API_KEYS_REQUIRED=true and make keys with npm run keys';

/** The mistake of a listener that would be open to other machines without a key, if it is one. */
export function openListenerMistakes(host: string, access: Access): ConfigurationMistake[] {
  if (access.apiKeys.length > 0 || access.isKeyRequired === true || isLoopback(host)) return [];
  const { hostSetting = 'API_HOST', advice = ADVICE } = access;
  const message =
    `= ${JSON.stringify(host)} would open this listener to other machines without a key. ` +
    `${advice}; or leave ${hostSetting} at 127.0.0.1.`;
  return [{ key: hostSetting, message }];
}

/** The same for `API_HOST`, `API_KEYS` and `API_KEYS_REQUIRED`, for `check` of `readConfiguration`. */
export function apiListenerMistakes(config: {
  readonly API_HOST?: string;
  readonly API_KEYS?: readonly string[];
  readonly API_KEYS_REQUIRED?: boolean;
}): ConfigurationMistake[] {
  const { API_HOST, API_KEYS: apiKeys = [], API_KEYS_REQUIRED: isKeyRequired = false } = config;
  return API_HOST === undefined ? [] : openListenerMistakes(API_HOST, { apiKeys, isKeyRequired });
}

/** Throws a ConfigurationError of those mistakes. */
export function refuseOpenListener(app: string, host: string, access: Access): void {
  const mistakes = openListenerMistakes(host, access);
  if (mistakes.length > 0) throw new ConfigurationError(app, mistakes);
}
