import type { Freshness } from '@mps-ledger/read-model';
import { formatPosition } from '@mps-ledger/wire';

/** What an operation answers: no word of Nest or Fastify in it. */
export interface Answer {
  /** Default 200. */
  readonly status?: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; none with 304. */
  readonly body?: unknown;
}

/** Headers that say how fresh the rows of an answer are. `unknown`: not yet known of every partition. */
export function freshnessHeaders(freshness: Freshness): Record<'ledger-position' | 'ledger-lag-ms', string> {
  return {
    'ledger-position': formatPosition(freshness),
    'ledger-lag-ms': freshness.lagMs === null ? 'unknown' : String(freshness.lagMs),
  };
}

/**
 * The list's next page, for `Link` (RFC 8288): relative to the request's own path, which may be too long for a header.
 * @param account where the path alone does not say whose it is
 */
export function nextLink(cursor: string, limit: number, account?: string): string {
  const whose = account === undefined ? '' : `&account=${account}`;
  return `<?cursor=${cursor}&limit=${limit}${whose}>; rel="next"`;
}
