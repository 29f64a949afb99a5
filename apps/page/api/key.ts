import { makeShared } from './store';

const NAME = 'mps-ledger.api-key';

/** The key of the API that was entered, kept until the tab is closed; null without one. Never part of an address. */
export const apiKey = makeShared<string | null>(stored());

/** Why a key is asked for, in the API's words; null while none is. */
export const keyWanted = makeShared<string | null>(null);

export function enterKey(key: string): void {
  store((storage) => storage.setItem(NAME, key));
  apiKey.set(key);
  keyWanted.set(null);
}

export function forgetKey(): void {
  store((storage) => storage.removeItem(NAME));
  apiKey.set(null);
}

/** A browser may keep nothing: the key is then asked for after each loading. */
function store(change: (storage: Storage) => void): void {
  try {
    change(sessionStorage);
  } catch {
    // It is kept in memory.
  }
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}
