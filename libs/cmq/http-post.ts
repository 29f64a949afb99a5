import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CmqError } from './cmq-error';
import type { CmqEndpoint } from './endpoint';

export interface PostOptions {
  /** Limit of the whole exchange. */
  readonly timeoutMs: number;
  /** Bytes of the answer's body at most. */
  readonly maxBytes: number;
  /** Asked with the bytes of each part of the answer; false gives the answer up. Default: always true. */
  readonly mayHold?: (bytes: number) => boolean;
  readonly signal?: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Posts forms to one endpoint, over connections that it keeps. Redirects are not followed. */
export interface HttpPost {
  /** Rejects with a `CmqError`, or with the reason of the signal. */
  send(form: string, options: PostOptions): Promise<PostAnswer>;
  close(): void;
}

const IDLE_CONNECTION_MS = 30_000;
const FORM = 'application/x-www-form-urlencoded';

export function makeHttpPost(endpoint: CmqEndpoint): HttpPost {
  const { protocol, hostname, port, host, path } = endpoint;
  const keep = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const agent = protocol === 'https:' ? new HttpsAgent(keep) : new HttpAgent(keep);
  const request = protocol === 'https:' ? httpsRequest : httpRequest;
  const exchange = (form: string, options: PostOptions): Promise<PostAnswer> =>
    new Promise((resolve, reject) => {
      const { timeoutMs, signal } = options;
      const headers = { host, 'content-type': FORM, 'content-length': Buffer.byteLength(form) };
      const sent = request({ hostname, port, path, method: 'POST', agent, headers, signal });
      const late = setTimeout(() => sent.destroy(timedOut(timeoutMs)), timeoutMs);
      const fail = (error: unknown): void => {
        clearTimeout(late);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason of a signal may be anything
        reject(signal?.aborted === true ? signal.reason : failureOf(error, sent.reusedSocket));
      };
      sent.on('error', fail);
      sent.on('response', (response) => {
        collect(response, options).then((body) => {
          clearTimeout(late);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        }, fail);
      });
      sent.end(form);
    });
  return {
    async send(form, options) {
      try {
        return await exchange(form, options);
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error;
        return exchange(form, options);
      }
    },
    close: () => agent.destroy(),
  };
}

/** The server closed a kept connection while the request was on its way: it is sent once more, on another one. */
class StaleConnection extends CmqError {}

async function collect(response: IncomingMessage, { maxBytes, mayHold = () => true }: PostOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new CmqError('too-large', 'too-large', `The answer has more than ${maxBytes} bytes.`);
    }
    if (!mayHold(chunk.length)) {
      response.destroy();
      throw new CmqError('no-room', 'too-large', 'There is no room for the answer at present.');
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function timedOut(ms: number): CmqError {
  return new CmqError('timeout', 'unavailable', `There was no whole answer within ${ms} ms.`);
}

function failureOf(error: unknown, isReused: boolean): Error {
  if (error instanceof CmqError) return error;
  const { code = '', message = '' } = error as Partial<NodeJS.ErrnoException>;
  // A refused connection to a name with two addresses is an AggregateError without a message.
  const reason = message === '' ? code : message;
  if (isTlsError(code))
    return new CmqError(
      'tls',
      'unavailable',
      `There is no secure connection: ${reason}. Check the address, its port, and whether this machine trusts the server’s certificate.`,
      { cause: error },
    );
  const Failure = isReused && (code === 'ECONNRESET' || code === 'EPIPE') ? StaleConnection : CmqError;
  return new Failure('network', 'unavailable', `The connection failed: ${reason}.`, { cause: error });
}

/** Codes of Node for certificates and for the TLS protocol. */
function isTlsError(code: string): boolean {
  return /^ERR_(TLS|SSL)|CERT|^EPROTO$|^UNABLE_TO_|^HOSTNAME_MISMATCH$/.test(code);
}
