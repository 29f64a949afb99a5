/**
 * The preferences (RFC 7240) that are honoured here: `wait`, in whole seconds.
 */
export interface Preferences {
  /** Seconds, 0 to `LONGEST_WAIT`; null where no (readable) wait was asked for. */
  readonly wait: number | null;
}

/** Seconds that a request waits at most. */
export const LONGEST_WAIT = 60;

const WAIT = /^wait\s*=\s*(?:"(\d{1,9})"|(\d{1,9}))$/i;

/**
 * Reads a `Prefer` header (several of them are joined by commas). The first `wait` counts, a longer one is cut to
 * `LONGEST_WAIT`; a preference that is unknown or cannot be read is ignored, as the RFC demands.
 */
export function readPreferences(header: string | readonly string[] | undefined): Preferences {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  for (const preference of text.split(',')) {
    const found = WAIT.exec((preference.split(';')[0] ?? '').trim());
    const seconds = found?.[1] ?? found?.[2];
    if (seconds !== undefined) return { wait: Math.min(Number(seconds), LONGEST_WAIT) };
  }
  return { wait: null };
}
