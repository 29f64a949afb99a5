import type { StoredKey, StoredKeys } from '@mps-ledger/api-keys';
import type { KeySource, KnownKey, KnownKeys } from '@mps-ledger/platform';

/** After this the keys are read again, without a request waiting for it, ms. */
const READ_AGAIN_MS = 2_000;
/** After this a request waits for the keys to be read again, ms: how long a new or revoked key may take to be one. */
const IN_EFFECT_MS = 5_000;
/** How old the keys may be by which an unknown key is refused, ms: so many reads come of them at most. */
const RECENT_MS = 250;
/** How long a request waits for that at most, ms, where keys are cached that may still be used. */
const WAIT_MS = 1_000;
/** How long keys are used while they cannot be read again, ms. */
const WITHOUT_DATABASE_MS = 60_000;
/** After a failed read, ms. */
const REST_MS = 1_000;

export interface KeyCacheOptions {
  readonly read: () => Promise<StoredKeys>;
  /** Notes that these keys were used; called at most once with each read. */
  readonly noteUse: (digests: readonly Buffer[]) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  /** Default: `performance.now()`. */
  readonly now?: () => number;
}

/** The keys as they were read at some time. */
class CachedKeys implements KnownKeys {
  readonly isAny: boolean;
  /** By digest, in hex. */
  private readonly keys: ReadonlyMap<string, KnownKey>;
  readonly used = new Map<string, Buffer>();

  constructor(
    stored: StoredKeys,
    readonly readAt: number,
  ) {
    this.isAny = stored.isAny;
    this.keys = new Map(stored.keys.map((key) => [key.digest.toString('hex'), knownKey(key, readAt)]));
  }

  find(digest: Buffer): KnownKey | undefined {
    const name = digest.toString('hex');
    const key = this.keys.get(name);
    if (key !== undefined) this.used.set(name, digest);
    return key;
  }
}

function knownKey({ name, scopes, accounts, expiresInMs, perSecond }: StoredKey, readAt: number): KnownKey {
  const expires = expiresInMs === null ? null : readAt + expiresInMs;
  return { key: name, scopes, accounts: accounts ?? 'all', expires, perSecond };
}

/**
 * Caches all keys, so that no request with a known key waits for the database. They are read again only while requests come: a
 * new key is in effect after 250 ms, any other change after 5 s at most. Where the database cannot be reached, the keys are used for a minute more;
 * then, and where they were never read, `keys` rejects. That there was no key yet remains so.
 */
export class KeyCache implements KeySource {
  private cached: CachedKeys | null = null;
  private reading: Promise<CachedKeys> | undefined;
  private failure: { readonly error: unknown; readonly until: number } | undefined;
  private readonly now: () => number;

  constructor(private readonly options: KeyCacheOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  lastKnown(): KnownKeys | null {
    return this.cached;
  }

  keys(): KnownKeys | Promise<KnownKeys> {
    const { cached } = this;
    const age = cached === null ? Infinity : this.now() - cached.readAt;
    if (cached !== null && age < READ_AGAIN_MS) return cached;
    const reading = this.readAgain();
    if (cached === null) return reading;
    reading.catch(() => undefined);
    if (age < IN_EFFECT_MS) return cached;
    const isUsable = !cached.isAny || age < WITHOUT_DATABASE_MS;
    return isUsable ? inTime(reading, WAIT_MS, cached) : reading;
  }

  recentKeys(): KnownKeys | Promise<KnownKeys> {
    const { cached } = this;
    if (cached === null) return this.readAgain();
    return this.now() - cached.readAt < RECENT_MS ? cached : inTime(this.readAgain(), WAIT_MS, cached);
  }

  /** One read at a time, and none for a moment after one failed. */
  private readAgain(): Promise<CachedKeys> {
    if (this.failure !== undefined && this.now() < this.failure.until) return failed(this.failure.error);
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(): Promise<CachedKeys> {
    const began = this.now();
    try {
      const stored = await this.options.read();
      const { cached } = this;
      this.failure = undefined;
      this.cached = new CachedKeys(stored, began);
      const used = [...(cached?.used.values() ?? [])];
      if (used.length > 0) void this.options.noteUse(used).catch(this.options.onFailure);
      return this.cached;
    } catch (error) {
      this.failure = { error, until: this.now() + REST_MS };
      this.options.onFailure(error);
      throw error;
    }
  }
}

function failed(error: unknown): Promise<never> {
  return Promise.reject(error instanceof Error ? error : new Error(String(error)));
}

/** What a read answers; where it fails or takes longer, what is there. */
async function inTime(reading: Promise<CachedKeys>, ms: number, cached: CachedKeys): Promise<CachedKeys> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CachedKeys>((resolve) => {
    timer = setTimeout(() => {
      resolve(cached);
    }, ms);
  });
  try {
    return await Promise.race([reading.catch(() => cached), late]);
  } finally {
    clearTimeout(timer);
  }
}
