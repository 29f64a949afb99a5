/** One line of an input, without what ends it. */
export interface InputLine {
  /** From 1. */
  readonly number: number;
  /** Null where the line is longer than is accepted. */
  readonly bytes: Buffer | null;
  /** Bytes of the line, also where they were not kept. */
  readonly length: number;
  /** The position in the content after the line and its line feed. */
  readonly end: number;
}

/** Where reading begins: after so many lines, at this byte of the content. */
export interface LinePosition {
  readonly line: number;
  readonly offset: number;
}

export const BEGINNING: LinePosition = { line: 0, offset: 0 };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Splits content into lines, with bounded memory: of a line that is longer than `maxBytes` only the length is kept. Only a line feed
 * ends a line; a carriage return before it and a byte order mark at the beginning are left out. The last line needs no end.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  { from, maxBytes }: { readonly from: LinePosition; readonly maxBytes: number },
): AsyncGenerator<InputLine> {
  const splitter = new LineSplitter(from, maxBytes);
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}

class LineSplitter {
  private parts: Buffer[] = [];
  private length = 0;
  private number: number;
  private offset: number;

  constructor(
    from: LinePosition,
    private readonly maxBytes: number,
  ) {
    this.number = from.line;
    this.offset = from.offset;
  }

  /** The lines that end in a chunk. */
  *push(chunk: Buffer): Generator<InputLine> {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      this.add(chunk.subarray(from, at));
      this.offset += 1;
      yield this.take();
      from = at + 1;
    }
    this.add(chunk.subarray(from));
  }

  /** The last line, if nothing ended it. */
  *end(): Generator<InputLine> {
    if (this.length > 0) yield this.take();
  }

  private add(part: Buffer): void {
    if (part.length === 0) return;
    this.length += part.length;
    this.offset += part.length;
    // What is left out of a line below may come on top of what is accepted.
    if (this.length <= this.maxBytes + BYTE_ORDER_MARK.length + 1) this.parts.push(part);
    else this.parts = [];
  }

  private take(): InputLine {
    const { length, parts } = this;
    this.number += 1;
    this.parts = [];
    this.length = 0;
    const isKept = length === 0 || parts.length > 0;
    const bytes = isKept ? this.withoutFraming(joined(parts)) : null;
    const isTooLong = bytes === null || bytes.length > this.maxBytes;
    return { number: this.number, bytes: isTooLong ? null : bytes, length, end: this.offset };
  }

  private withoutFraming(line: Buffer): Buffer {
    const begin = this.number === 1 && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    return line.subarray(begin, Math.max(begin, end));
  }
}

/** Without a copy where there is one part. */
function joined(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}

const BLANKS = new Set([0x20, 0x09, 0x0d]);

/** Whether a line holds nothing but blanks. */
export function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => BLANKS.has(byte));
}
