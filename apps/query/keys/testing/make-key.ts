import type { Pool } from 'pg';
import { createKey, newKey, type KeyToCreate } from '@mps-ledger/api-keys';

/** Makes a key, by default one for everything, and answers it. */
export async function makeKey(pool: Pool, name: string, about: Partial<KeyToCreate> = {}): Promise<string> {
  const key = newKey();
  const given = { scopes: ['read', 'subscribe', 'operate'], accounts: null, expires: null, perSecond: null, ...about };
  const created = await createKey(pool, key, { name, ...given });
  if (typeof created === 'string') throw new Error(created);
  return key.key;
}
