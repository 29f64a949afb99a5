import type { Freshness } from '@mps-ledger/read-model';
import { formatPosition } from '@mps-ledger/records';

/** The answer of an operation, independent of Nest and Fastify. */
export interface Answer {
  /** Default 200. */
  readonly status?: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON, a string as the JSON text that it is; none with 304. */
  readonly body?: object | string;
}

/** Headers that say how fresh the rows of an answer are. `unknown`: not yet known of every partition. */
export function freshnessHeaders(freshness: Freshness): Record<'ledger-position' | 'ledger-lag-ms', string> {
  return {
    'ledger-position': formatPosition(freshness),
    'ledger-lag-ms': freshness.lagMs === null ? 'unknown' : String(freshness.lagMs),
  };
}

/** Servers and clients refuse header fields longer than some kilobytes. */
const LONGEST_IN_LINK = 2000;

/**
 * The list's next page as `Link` (RFC 8288), relative to the request's own path, which may be too long for a header. None at
 * the end, and none where the cursor is too long for a header: the body always has it.
 * @param account where the path alone does not name it
 */
export function nextLink(cursor: string | null, limit: number, account?: string): Record<string, string> {
  if (cursor === null || cursor.length > LONGEST_IN_LINK) return {};
  const ofAccount = account === undefined ? '' : `&account=${account}`;
  return { link: `<?cursor=${cursor}&limit=${limit}${ofAccount}>; rel="next"` };
}
