import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A cursor says where a list goes on and by which filter it was made. It is opaque and tamper-evident: JSON under a MAC,
 * base64url.
 *
 * The key of the MAC is derived from the log's id, which every process of one installation reads from Postgres: so all
 * query processes take each other's cursors, also after a restart or a rebuild, and nothing has to be configured. Who
 * knows the log's id can thus make a cursor; that is harmless, as a cursor gives no right: what it holds is checked like
 * parameters, and whatever a caller may see is decided anew at each request. The MAC finds what was cut, altered, mixed
 * up, or brought from another installation.
 */
export interface CursorSealer {
  seal(content: CursorContent): string;
  /** Null for anything that `seal` did not make. */
  open(text: string): CursorContent | null;
}

export interface CursorContent {
  /** The list it belongs to, e.g. `tasks`. */
  readonly list: string;
  /** The filter as given, by parameter. */
  readonly filter: Readonly<Record<string, string>>;
  /** The keyset: the sort key of the last item shown. */
  readonly after: readonly string[];
}

/** Bytes of the MAC that are kept. */
const MAC_BYTES = 16;
/** Longer texts are no cursors of ours. */
export const LONGEST_CURSOR = 8192;

/** Makes the sealer of one installation. `logId` is the log's id, 12 characters. */
export function makeCursorSealer(logId: string): CursorSealer {
  const key = createHmac('sha256', 'mps-ledger cursor 1').update(logId).digest();
  const macOf = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);
  return {
    seal({ list, filter, after }) {
      const body = Buffer.from(JSON.stringify([list, filter, after]));
      return Buffer.concat([macOf(body), body]).toString('base64url');
    },
    open(text) {
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== text) return null;
      const body = bytes.subarray(MAC_BYTES);
      if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(body))) return null;
      const [list, filter, after] = JSON.parse(body.toString()) as [string, Record<string, string>, string[]];
      return { list, filter, after };
    },
  };
}
