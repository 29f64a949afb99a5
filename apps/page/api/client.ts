import type { AnswerOf, OperationName, QueryOf } from './answers';
import { noteAge, silentSince } from './freshness';
import { apiKey, keyWanted } from './key';
import { problemOf, ReadFailure } from './problem';

/** Paths of the operations, relative to the page: it works below any path. */
const PATHS = {
  listTasks: 'v1/tasks',
  countTasks: 'v1/tasks/counts',
  getTask: 'v1/tasks/{id}',
  getTaskHistory: 'v1/tasks/{id}/history',
  getTaskDiff: 'v1/tasks/{id}/diff',
  getTaskWhy: 'v1/tasks/{id}/why',
  getPipeline: 'v1/pipeline',
  listErrors: 'v1/errors',
  listUsage: 'v1/usage',
} as const satisfies Record<OperationName, string>;

export interface ApiReadOptions<O extends OperationName> {
  /** Of operations on one task. */
  readonly id?: string;
  readonly query?: QueryOf<O>;
  readonly signal?: AbortSignal;
}

export interface ApiReading<T> {
  readonly body: T;
  /** The position of the rows that it was read from. */
  readonly position: string | null;
}

/** Reads from the API. Throws a ReadFailure, also where a key is needed, which the page then asks for. */
export async function read<O extends OperationName>(
  operation: O,
  { id, query, signal }: ApiReadOptions<O> = {},
): Promise<ApiReading<AnswerOf<O>>> {
  const url = addressOf(PATHS[operation].replace('{id}', encodeURIComponent(id ?? '')), query);
  const response = await request(url, signal === undefined ? {} : { signal });
  return { body: (await response.json()) as AnswerOf<O>, position: response.headers.get('ledger-position') };
}

/** The address of something of the API, for commands and links; several values repeat the parameter. */
export function addressOf(path: string, query: object = {}): string {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
  }
  return url.href;
}

/** Sends a request with the key that was entered. Resolves with a good answer only. */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const key = apiKey.get();
  const headers = new Headers(init.headers);
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  const response = await fetch(url, { ...init, headers, credentials: 'same-origin', redirect: 'error' }).catch(
    (error: unknown) => {
      if (init.signal?.aborted === true) throw error;
      if (silentSince.get() === null) silentSince.set(performance.now());
      throw new ReadFailure(null, error);
    },
  );
  silentSince.set(null);
  noteAge(response.headers);
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401) keyWanted.set(problem.detail);
  throw new ReadFailure(problem);
}
