import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface Client {
  /** Rejects where there is no whole answer: refused, broken off, or not within the time. */
  readonly ask: (ask: Ask) => Promise<Answer>;
  readonly close: () => void;
}

export interface ClientOptions {
  /** At most so many at once, kept open between requests. */
  readonly connections: number;
  /** For one request, from the first byte to the last of the answer. */
  readonly timeoutMs: number;
}

/** What is read of an answer; the rest of a longer one is dropped. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** A client over HTTP or HTTPS that keeps its connections. It repeats nothing by itself. */
export function makeClient({ connections, timeoutMs }: ClientOptions): Client {
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

function askOnce({ method, url, headers, body }: Ask, agents: Agents, timeoutMs: number): Promise<Answer> {
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

/** The one value of a header, or null. */
export function headerOf({ headers }: Answer, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}
