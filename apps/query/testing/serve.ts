import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import type { Health, HttpApplication, Metrics } from '@mps-ledger/platform';
import { startQuery } from '../start';

/** What a request answered. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into answers member by member
  readonly body: any;
  readonly text: string;
}

export interface ServedQuery {
  readonly url: string;
  readonly http: HttpApplication;
  close(): Promise<void>;
  get(path: string, headers?: Record<string, string>, init?: RequestInit): Promise<Answered>;
}

export interface ServeOptions {
  readonly apiKeys?: string[];
  /** Optional projections that are on. Default: none. */
  readonly projections?: ('raw' | 'search')[];
  readonly metrics?: Metrics;
  readonly health?: Health;
  /** Replaces providers of the module: [token, value]. */
  readonly replace?: readonly (readonly [symbol | Type, unknown])[];
}

/** Starts the query app on a port of its own, some of its providers replaced. */
export async function serve(url: string, options: ServeOptions = {}): Promise<ServedQuery> {
  const {
    apiKeys,
    projections,
    metrics = makeMetrics({ processMetrics: false }),
    health = makeHealth(),
    replace = [],
  } = options;
  const config = {
    API_HOST: '127.0.0.1',
    API_PORT: 0,
    API_KEYS: apiKeys,
    DATABASE_URL: url,
    OPTIONAL_PROJECTIONS: projections,
  };
  const http = await startQuery(
    { config, logger: silentLogger(), metrics, health },
    async (root, adapter, settings) => {
      const testing = Test.createTestingModule({ imports: [root] });
      for (const [token, value] of replace) testing.overrideProvider(token).useValue(value);
      return (await testing.compile()).createNestApplication<NestFastifyApplication>(adapter, settings);
    },
  );
  return {
    url: http.url,
    http,
    close: () => http.close(),
    async get(path, headers = {}, init = {}) {
      const response = await fetch(http.url + path, { headers, ...init });
      const text = await textOf(response);
      const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '') && text !== '';
      const body: unknown = isJson ? JSON.parse(text) : undefined;
      return { status: response.status, headers: response.headers, body, text };
    },
  };
}

/** A stream does not end: what it has sent until it caught up. */
async function textOf(response: Response): Promise<string> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream || response.body === null) return response.text();
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes('event: caught_up')) break;
  }
  return text;
}
