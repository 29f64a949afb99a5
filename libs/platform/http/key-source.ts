import type { Grant } from './grant';

/** A key that is not one of the settings. */
export interface KnownKey extends Grant {
  readonly key: string;
  readonly scopes: readonly string[];
  /** From then on it is not accepted, as `performance.now()` counts; null: never. */
  readonly expires: number | null;
}

/** The keys at some moment. */
export interface KnownKeys {
  /** Whether there is one, or was: then each request needs a key. */
  readonly isAny: boolean;
  /** The key with this SHA-256. */
  find(digest: Buffer): KnownKey | undefined;
}

/** Where keys are beside those of the settings. */
export interface KeySource {
  /** The keys, as they are or were moments ago. Throws or rejects where that is not known. */
  keys(): KnownKeys | Promise<KnownKeys>;
  /** The keys, as they are or were a moment ago: for a key that is not among the others. */
  recentKeys(): KnownKeys | Promise<KnownKeys>;
  /** The keys as they were known last, however long ago; null where they never were. */
  lastKnown(): KnownKeys | null;
}
