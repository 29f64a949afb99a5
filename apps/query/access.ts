import type { Access } from '@mps-ledger/platform';
import type { ApiKeys } from './keys/make-keys';
import type { QueryConfig } from './query.config';

/** Who may send requests, by the settings and the keys of the database. */
export function accessOf(config: Pick<QueryConfig, 'API_KEYS' | 'API_KEYS_REQUIRED'>, keys?: ApiKeys): Access {
  const { API_KEYS: apiKeys = [], API_KEYS_REQUIRED: isKeyRequired = false } = config;
  return { apiKeys, isKeyRequired, ...(keys !== undefined && { keySource: keys.cache }) };
}
