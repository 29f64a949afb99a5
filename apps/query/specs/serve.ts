import type { Pool } from 'pg';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { startQuery } from '../start';
import type { RunningQuery, StartQueryOptions } from '../start';

/** What a request answered. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into answers member by member
  readonly body: any;
  readonly text: string;
}

export interface ServedQuery extends RunningQuery {
  get(path: string, headers?: Record<string, string>, init?: RequestInit): Promise<Answered>;
}

/** Starts the query app on a port of its own. */
export async function serve(
  url: string,
  options: Partial<Pick<StartQueryOptions, 'waiters' | 'lists' | 'metrics' | 'health'>> & {
    readonly pool?: Pool;
    readonly apiKeys?: string[];
  } = {},
): Promise<ServedQuery> {
  const running = await startQuery({
    config: { API_HOST: '127.0.0.1', API_PORT: 0, API_KEYS: options.apiKeys, DATABASE_URL: url },
    logger: silentLogger(),
    metrics: makeMetrics({ processMetrics: false }),
    health: makeHealth(),
    ...options,
  });
  return {
    ...running,
    async get(path, headers = {}, init = {}) {
      const response = await fetch(running.url + path, { headers, ...init });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
      const body: unknown = isJson ? JSON.parse(text) : undefined;
      return { status: response.status, headers: response.headers, body, text };
    },
  };
}
