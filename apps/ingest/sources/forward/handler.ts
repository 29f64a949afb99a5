import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What a handler answered; its body is not read. */
export interface HandlerAnswer {
  readonly status: number;
  /** The header `Retry-After`, as it was sent. */
  readonly retryAfter: string | undefined;
}

/** The handler that the notifications of a source are forwarded to. */
export interface Handler {
  /** Protocol, host and port. The rest of the URL may be a secret. */
  readonly place: string;
  /** Posts bytes. Redirects are not followed. Rejects where there was no answer, also where the signal is aborted. */
  post(bytes: Buffer, headers: OutgoingHttpHeaders, signal: AbortSignal): Promise<HandlerAnswer>;
  close(): void;
}

/** Connections that are idle for so long are closed. */
const IDLE_CONNECTION_MS = 30_000;
/** Of an answer's body so much is read, in so much time, for the connection to be used again. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_BODY_MS = 2_000;

/** @param timeoutMs how long an answer may take */
export function makeHandler(to: string, timeoutMs: number): Handler {
  const url = new URL(to);
  const keep = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const agent = url.protocol === 'https:' ? new HttpsAgent(keep) : new HttpAgent(keep);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const exchange = (bytes: Buffer, headers: OutgoingHttpHeaders, signal: AbortSignal): Promise<HandlerAnswer> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers, signal });
      const late = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      let isAnswered = false;
      const fail = (error: Error): void => {
        clearTimeout(late);
        if (!isAnswered) reject(sent.reusedSocket && isClosed(error) ? new StaleConnection() : error);
      };
      sent.on('error', fail);
      // Such as an answer that switches to another protocol.
      sent.on('close', () => fail(new Error('the connection was closed without an answer')));
      sent.on('response', (response) => {
        isAnswered = true;
        clearTimeout(late);
        const answer = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
        void skipBody(response).then(() => resolve(answer));
      });
      sent.end(bytes);
    });
  return {
    place: url.origin,
    async post(bytes, headers, signal) {
      const all = { ...headers, 'content-length': bytes.length, 'user-agent': 'mps-ledger' };
      try {
        return await exchange(bytes, all, signal);
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error;
        return exchange(bytes, all, signal);
      }
    },
    close: () => agent.destroy(),
  };
}

/** The server closed a kept connection while the request was on its way: it is sent once more, on another one. */
class StaleConnection extends Error {}

const isClosed = ({ code }: NodeJS.ErrnoException): boolean => code === 'ECONNRESET' || code === 'EPIPE';

/** Reads a body to its end, within bounds; beyond them the connection is closed. Never rejects. */
function skipBody(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const late = setTimeout(() => response.destroy(), MAX_BODY_MS);
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) response.destroy();
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      clearTimeout(late);
      resolve();
    });
  });
}
