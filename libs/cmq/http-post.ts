import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CmqError, errorOfProblem } from './cmq-error';
import type { CmqEndpoint } from './endpoint';
import { connectionProblem, noAnswerWithin, readBody, type HttpAnswer } from './http-problem';

export interface PostOptions {
  /** Limit of the whole exchange. */
  readonly timeoutMs: number;
  /** Bytes of the answer's body at most. */
  readonly maxBytes: number;
  /** Asked with the bytes of each part of the answer; false gives the answer up. Default: always true. */
  readonly mayHold?: (bytes: number) => boolean;
  readonly signal?: AbortSignal;
}

/** Posts forms to one endpoint, over connections that it keeps. Redirects are not followed. */
export interface HttpPost {
  /** Rejects with a `CmqError`, or with the reason of the signal. */
  send(form: string, options: PostOptions): Promise<HttpAnswer>;
  close(): void;
}

const IDLE_CONNECTION_MS = 30_000;
const FORM = 'application/x-www-form-urlencoded';

export function makeHttpPost(endpoint: CmqEndpoint): HttpPost {
  const { protocol, hostname, port, host, path } = endpoint;
  const keep = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const agent = protocol === 'https:' ? new HttpsAgent(keep) : new HttpAgent(keep);
  const request = protocol === 'https:' ? httpsRequest : httpRequest;
  const exchange = (form: string, options: PostOptions): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const { timeoutMs, signal } = options;
      const headers = { host, 'content-type': FORM, 'content-length': Buffer.byteLength(form) };
      const sent = request({ hostname, port, path, method: 'POST', agent, headers, signal });
      const late = setTimeout(() => sent.destroy(errorOfProblem(noAnswerWithin(timeoutMs))), timeoutMs);
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

async function collect(response: IncomingMessage, { maxBytes, mayHold }: PostOptions): Promise<Buffer> {
  const body = await readBody(response as AsyncIterable<Buffer>, maxBytes, mayHold);
  if (!Buffer.isBuffer(body)) throw errorOfProblem(body);
  return body;
}

function failureOf(error: unknown, isReused: boolean): Error {
  if (error instanceof CmqError) return error;
  const problem = connectionProblem(error);
  const { code } = Object(error) as Partial<NodeJS.ErrnoException>;
  if (problem.code === 'network' && isReused && (code === 'ECONNRESET' || code === 'EPIPE'))
    return new StaleConnection(problem.code, problem.failure, problem.message, { cause: error });
  return errorOfProblem(problem, error);
}
