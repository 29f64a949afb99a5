import type { StoredKey, StoredKeys } from '@mps-ledger/api-keys';
import { KeyCache } from './key-cache';

const digestOf = (name: string): Buffer => Buffer.from(name.padEnd(32));
const keyOf = (name: string, expiresInMs: number | null = null): StoredKey => {
  return { name, digest: digestOf(name), scopes: ['read'], accounts: null, expiresInMs, perSecond: null };
};

describe('the cache of keys', () => {
  let now: number;
  let stored: StoredKeys | Error;
  let reads: number;
  let noted: (readonly Buffer[])[];
  let cache: KeyCache;

  beforeEach(() => {
    [now, stored, reads, noted] = [0, { isAny: true, keys: [keyOf('a')] }, 0, []];
    cache = new KeyCache({
      read: () => {
        reads += 1;
        return stored instanceof Error ? Promise.reject(stored) : Promise.resolve(stored);
      },
      noteUse: (digests) => {
        noted.push(digests);
        return Promise.resolve();
      },
      onFailure: () => undefined,
      now: () => now,
    });
  });

  const isKnown = async (name: string): Promise<boolean> => (await cache.keys()).find(digestOf(name)) !== undefined;

  it('reads once for requests of two seconds, be their keys known or not, and never without requests', async () => {
    expect(await Promise.all(['a', 'b', 'a', 'c'].map(isKnown))).toEqual([true, false, true, false]);
    now += 1_999;
    expect([await isKnown('a'), reads]).toEqual([true, 1]);
    now += 1_000_000;
    expect(reads).toBe(1);
  });

  it('knows a new key at once, and no revoked one after five seconds', async () => {
    expect(await isKnown('a')).toBe(true);
    stored = { isAny: true, keys: [keyOf('b')] };
    now += 250;
    expect((await cache.recentKeys()).find(digestOf('b'))?.key).toBe('b');
    stored = { isAny: true, keys: [] };
    now += 5_000;
    expect(await isKnown('b')).toBe(false);
  });

  it('reads four times a second at most for keys that it does not know', async () => {
    for (let i = 0; i < 1_000; i += 1, now += 1) await cache.recentKeys();
    expect(reads).toBe(4);
  });

  it('goes on for a minute without the database, and then rejects until it is back', async () => {
    expect(await isKnown('a')).toBe(true);
    stored = new Error('no database');
    for (now = 10_000; now < 60_000; now += 10_000) expect(await isKnown('a')).toBe(true);
    now = 60_000;
    await expect(cache.keys()).rejects.toThrow('no database');
    stored = { isAny: true, keys: [keyOf('a')] };
    now += 1_000;
    expect(await isKnown('a')).toBe(true);
  });

  it('rejects where the keys were never read, with one attempt a second', async () => {
    stored = new Error('no database');
    for (now = 0; now < 3_000; now += 100) await expect(Promise.resolve(cache.keys())).rejects.toThrow('no database');
    expect([cache.lastKnown(), reads]).toEqual([null, 3]);
  });

  it('keeps that there was no key, however long the database is away', async () => {
    stored = { isAny: false, keys: [] };
    expect((await cache.keys()).isAny).toBe(false);
    stored = new Error('no database');
    now += 1_000_000;
    expect((await cache.keys()).isAny).toBe(false);
  });

  it('counts the time of a key from when it was read', async () => {
    stored = { isAny: true, keys: [keyOf('a', 500)] };
    now = 1_000;
    expect((await cache.keys()).find(digestOf('a'))?.expires).toBe(1_500);
  });

  it('notes the use of keys with the next read', async () => {
    await Promise.all(['a', 'b', 'a'].map(isKnown));
    now += 5_000;
    await cache.keys();
    expect(noted).toEqual([[digestOf('a')]]);
  });
});
