import type { Readable } from 'node:stream';
import type { Freshness, PlaceOfRecord } from '@mps-ledger/read-model';
import { formatItemPosition, formatPosition } from '@mps-ledger/records';

/** The answer of an operation, independent of Nest and Fastify; `sendAnswer` sends it. */
export interface Answer {
  /** Null: it is made of no rows. */
  readonly freshness: Freshness | null;
  /** The JSON, a string as the JSON text that it is, or bytes of any kind; made only where it is sent. */
  readonly body: () => object | string;
  /** What is sent instead of the body, as it comes, without a tag. Called at most once. */
  readonly stream?: () => Readable;
  /** The content type. Default: JSON, or of bytes that of any. */
  readonly type?: string;
  /** Further header fields. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The entity tag of the content, without quotes; null: none, as the content is of this moment. Default: a digest of the body. */
  readonly tag?: string | null;
  /** The page after this one, of a list. */
  readonly next?: NextPage;
  /** Seconds of `Prefer: wait` that were honoured. Default: null, none. */
  readonly waited?: number | null;
}

export interface NextPage {
  /** Null at the end. */
  readonly cursor: string | null;
  readonly limit: number;
  /** Where the path alone does not name it. */
  readonly account?: string;
  /** The members that were asked for. */
  readonly fields?: readonly string[];
  /** What it is written in, where that is not JSON. */
  readonly format?: string;
}

/** Header fields of every answer and problem that read rows. `unknown`: not yet known of every partition. */
export function freshnessHeaders(freshness: Freshness, waited: number | null = null): Record<string, string> {
  return {
    'ledger-position': formatPosition(freshness),
    'ledger-lag-ms': freshness.lagMs === null ? 'unknown' : String(freshness.lagMs),
    ...(waited !== null && { 'preference-applied': `wait=${waited}` }),
  };
}

/** The header field that says where an answer about a past moment ends. */
export function asOfHeader(freshness: Freshness, place: PlaceOfRecord): Record<string, string> {
  const { logId, logGeneration, eventGeneration } = freshness;
  return { 'ledger-as-of': formatItemPosition({ logId, logGeneration, eventGeneration, ...place }) };
}
