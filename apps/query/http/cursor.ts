import { createHmac, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * A cursor names the place where the next page begins, and carries the list's filter. It is opaque and tamper-evident: JSON, deflated,
 * under a MAC, base64url.
 *
 * The key of the MAC is a secret of the database that setup makes (`readCursorKey`): all query processes of an installation
 * accept each other's cursors, also after a restart, and nobody else can make one. The MAC detects what was cut, altered, mixed
 * up or taken from another installation. A cursor grants no rights: its content is checked like parameters.
 */
export interface CursorSealer {
  seal(content: CursorContent): string;
  /** Null for anything that `seal` did not make. */
  open(text: string): CursorContent | null;
}

/** The filter of a list: by parameter a text, or several. */
export type Filter = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface CursorContent {
  /** The list it belongs to, e.g. `tasks`. */
  readonly list: string;
  /** The filter as given, by parameter. */
  readonly filter: Filter;
  /** The keyset: the sort key of the last item shown. */
  readonly after: readonly string[];
}

/** Bytes of the MAC that are kept. */
const MAC_BYTES = 16;
/** Longer texts are not our cursors: the longest filters make some 6,500 characters. */
export const LONGEST_CURSOR = 16_384;
/** Nothing that was sealed is larger. */
const LARGEST_CONTENT = 256 * 1024;

/** Makes the sealer of one installation. */
export function makeCursorSealer(key: Buffer): CursorSealer {
  const macOf = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);
  const sealed = (json: string): string => {
    const body = deflated(Buffer.from(json));
    return Buffer.concat([macOf(body), body]).toString('base64url');
  };
  return {
    seal({ list, filter, after }) {
      // In a cell of CSV one that begins with - would be guarded as a formula is, and be another one: a space more makes another MAC.
      for (let json = JSON.stringify([list, filter, after]); ; json += ' ') {
        const text = sealed(json);
        if (!text.startsWith('-')) return text;
      }
    },
    open(text) {
      if (text.length > LONGEST_CURSOR) return null;
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== text) return null;
      const body = bytes.subarray(MAC_BYTES);
      return timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(body)) ? contentOf(body) : null;
    },
  };
}

/** Contents up to so many bytes are not made smaller: to prepare a compressor takes longer than the rest of a page's answer. */
const STORED_BYTES = 300;

/** As `deflateRawSync` makes it, or, where it is short, a block of deflate as it is (RFC 1951, 3.2.4). */
function deflated(content: Buffer): Buffer {
  if (content.length > STORED_BYTES) return deflateRawSync(content);
  const header = Buffer.alloc(5);
  header.writeUInt8(1);
  header.writeUInt16LE(content.length, 1);
  header.writeUInt16LE(0xffff - content.length, 3);
  return Buffer.concat([header, content]);
}

/** Null where the bytes do not hold the content of a cursor: a holder of the key could have sealed anything. */
function contentOf(body: Buffer): CursorContent | null {
  try {
    const content: unknown = JSON.parse(inflateRawSync(body, { maxOutputLength: LARGEST_CONTENT }).toString());
    if (!Array.isArray(content) || content.length !== 3) return null;
    const [list, filter, after] = content as unknown[];
    if (typeof list !== 'string' || !isFilter(filter) || !Array.isArray(after) || !isTexts(after)) return null;
    return { list, filter: filter as Filter, after: after as string[] };
  } catch {
    return null;
  }
}

function isFilter(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((given) => typeof given === 'string' || (Array.isArray(given) && isTexts(given)))
  );
}

function isTexts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
