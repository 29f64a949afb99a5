import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface HttpClient {
  /** Rejects if there is no complete response: connection refused or broken, or time limit exceeded. */
  readonly ask: (ask: HttpRequest) => Promise<HttpResponse>;
  readonly close: () => void;
}

export interface ClientOptions {
  /** Maximum number of connections, which are kept open between requests. */
  readonly connections: number;
  /** Time limit of one request, up to the last byte of the response. */
  readonly timeoutMs: number;
}

/** How much of a response is read; the rest is dropped. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** Creates an HTTP or HTTPS client that keeps its connections open. It does not retry. */
export function makeHttpClient({ connections, timeoutMs }: ClientOptions): HttpClient {
  const options = { keepAlive: true, maxSockets: connections, scheduling: 'lifo' } as const;
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return {
    ask: (ask) => askOnce(ask, agents, timeoutMs),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

function askOnce(
  { method, url, headers, body }: HttpRequest,
  agents: Agents,
  timeoutMs: number,
): Promise<HttpResponse> {
  const secure = url.startsWith('https:');
  const send = secure ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const sending = send(
      url,
      { method, agent: secure ? agents.https : agents.http, headers: { ...headers, ...length } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          if (text.length < MOST_CHARACTERS) text += piece;
        });
        answer.once('end', () => {
          clearTimeout(timer);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
        });
        answer.once('error', failed);
      },
    );
    const failed = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => sending.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    sending.once('error', failed);
    sending.end(body);
  });
}

/** The value of a header that occurs once, or null. */
export function headerOf({ headers }: HttpResponse, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}
