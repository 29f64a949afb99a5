/** One answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; of several the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpAnswers {
  /** The whole ones, in order; those in between (1xx) are left out. */
  readonly answers: readonly HttpAnswer[];
  /** Bytes after the last whole answer. */
  readonly rest: number;
}

/** Parses the answers received on a connection. */
export function readAnswers(heard: Buffer): HttpAnswers {
  const answers: HttpAnswer[] = [];
  let at = 0;
  for (;;) {
    const one = readAnswer(heard, at);
    if (one === null) return { answers, rest: heard.length - at };
    if (one.answer.status >= 200) answers.push(one.answer);
    at = one.end;
  }
}

function readAnswer(heard: Buffer, from: number): { answer: HttpAnswer; end: number } | null {
  const headEnd = heard.indexOf('\r\n\r\n', from);
  if (headEnd === -1) return null;
  const [statusLine = '', ...lines] = heard.toString('latin1', from, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? 0);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const start = headEnd + 4;
  const bodiless = status < 200 || status === 204 || status === 304;
  const content = bodiless ? { body: Buffer.alloc(0), end: start } : readBody(heard, start, headers);
  return content === null ? null : { answer: { status, headers, body: content.body }, end: content.end };
}

function readBody(
  heard: Buffer,
  start: number,
  headers: Readonly<Record<string, string>>,
): { body: Buffer; end: number } | null {
  if (headers['transfer-encoding'] === 'chunked') return readChunks(heard, start);
  const end = start + Number(headers['content-length'] ?? 0);
  return end > heard.length ? null : { body: heard.subarray(start, end), end };
}

function readChunks(heard: Buffer, start: number): { body: Buffer; end: number } | null {
  const pieces: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = heard.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = parseInt(heard.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (Number.isNaN(size) || end > heard.length) return null;
    if (size === 0) return { body: Buffer.concat(pieces), end };
    pieces.push(heard.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = end;
  }
}
