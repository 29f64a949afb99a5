import type { IncomingHttpHeaders } from 'node:http';

/**
 * What a failure means for the caller. `configuration`: it lasts until somebody changes key, queue, account or address.
 * `throttled`: too many requests. `unavailable`: it may succeed later. `too-large`: the answer has more bytes than are read; fewer
 * messages may fit.
 */
export type CmqFailure = 'configuration' | 'throttled' | 'unavailable' | 'too-large';

/** An HTTP exchange brought no answer of a queue. The message says what happened, and what to do where that is known. */
export interface HttpProblem {
  readonly code: 'redirect' | 'not-json' | 'network' | 'tls' | 'timeout' | 'too-large' | 'no-room';
  readonly failure: CmqFailure;
  readonly message: string;
}

/** An answer as it was received. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const SHOWN_CHARACTERS = 120;
const CLOCKS_DIFFER_S = 60;

/** A redirect, which is not followed; null: it is none. */
export function redirectIn({ status, headers }: HttpAnswer): HttpProblem | null {
  if (status < 300 || status >= 400) return null;
  return {
    ...{ code: 'redirect', failure: 'configuration' },
    message: `The endpoint answered ${status}, a redirect to ${headers.location ?? 'nowhere'}, which is not followed. Set the address of the queue itself.`,
  };
}

/** Of an answer that is no object of JSON. */
export function notOfAQueue({ status, headers, body }: HttpAnswer): HttpProblem {
  const beginning = JSON.stringify(body.subarray(0, SHOWN_CHARACTERS).toString('utf8'));
  const what = `HTTP ${status}, ${headers['content-type'] ?? 'no content type'}, ${body.length} bytes: ${beginning}`;
  return {
    ...{ code: 'not-json', failure: 'unavailable' },
    message: `What answered is no queue, or its answer was cut (${what}). Check the endpoint, its path, and proxies before it.`,
  };
}

export function noAnswerWithin(ms: number): HttpProblem {
  const message = `There was no whole answer within ${ms} ms.`;
  return { code: 'timeout', failure: 'unavailable', message };
}

function moreThan(maxBytes: number): HttpProblem {
  return { code: 'too-large', failure: 'too-large', message: `The answer has more than ${maxBytes} bytes.` };
}

/** What an error of a connection means. */
export function connectionProblem(error: unknown): HttpProblem {
  const { code = '', message = '' } = Object(error) as Partial<NodeJS.ErrnoException>;
  // A refused connection to a name with two addresses is an AggregateError without a message.
  const reason = (message === '' ? code : message).trim();
  if (!isTlsError(code))
    return { code: 'network', failure: 'unavailable', message: `The connection failed: ${reason}.` };
  return {
    ...{ code: 'tls', failure: 'unavailable' },
    message: `There is no secure connection: ${reason}. Check the address, its port, and whether this machine trusts the server’s certificate.`,
  };
}

/** Codes of Node for certificates and for the TLS protocol. */
function isTlsError(code: string): boolean {
  return /^ERR_(TLS|SSL)|CERT|^EPROTO$|^UNABLE_TO_|^HOSTNAME_MISMATCH$/.test(code);
}

/**
 * Reads a body, unless it has more bytes, or no room is left for it.
 *
 * @param mayHold asked with the bytes of each part; false gives the body up
 */
export async function readBody(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
  mayHold: (bytes: number) => boolean = () => true,
): Promise<Buffer | HttpProblem> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) return moreThan(maxBytes);
    if (!mayHold(chunk.length)) return NO_ROOM;
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && Buffer.isBuffer(only) ? only : Buffer.concat(chunks);
}

const NO_ROOM: HttpProblem = {
  ...({ code: 'no-room', failure: 'too-large' } as const),
  message: 'There is no room for the answer at present.',
};

/** `This machine’s clock …` where an answer’s header `Date` shows that it differs; else empty. */
export function clockDifference(date: string | undefined): string {
  const seconds = Math.round((Date.now() - Date.parse(date ?? '')) / 1000);
  if (!(Math.abs(seconds) > CLOCKS_DIFFER_S)) return '';
  const side = seconds > 0 ? 'ahead of' : 'behind';
  return `This machine’s clock is ${Math.abs(seconds)} s ${side} the server’s: correct it, for example by NTP.`;
}
