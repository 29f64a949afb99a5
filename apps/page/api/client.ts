import type { AnswerOf, OperationName, QueryOf } from './answers';
import { noteAge, silentSince } from './freshness';
import { apiKey, keyWanted } from './key';
import { problemOf, ReadFailure } from './problem';
import { withinRate } from './rate-limit';

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
  /** Up to when it has all that was acknowledged, by the server's clock, ms; null where that is not known. */
  readonly readAt: number | null;
}

/** Reads from the API. Throws a ReadFailure, also where a key is needed, which the page then asks for. */
export async function read<O extends OperationName>(
  operation: O,
  { id, query, signal }: ApiReadOptions<O> = {},
): Promise<ApiReading<AnswerOf<O>>> {
  const url = urlOf(operation, { id: id ?? '', query });
  const response = await (takeEarly(url) ?? request(url, signal === undefined ? {} : { signal }));
  const body = (await response.json()) as AnswerOf<O>;
  signal?.throwIfAborted();
  return { body, position: response.headers.get('ledger-position'), readAt: momentOf(response.headers) };
}

/** Answers that were asked for before the view that reads them is there, by address. */
const early = new Map<string, { readonly answer: Promise<Response>; readonly asked: number }>();

/** An answer that nobody took within this time is asked for again, ms. */
const EARLY_FOR_MS = 3000;

/** Asks for what a view is about to read, while it is not shown yet; `read` takes the answer. */
export function readEarly<O extends OperationName>(
  operation: O,
  { id, query }: Pick<ApiReadOptions<O>, 'id' | 'query'>,
): void {
  const url = urlOf(operation, { id: id ?? '', query });
  const answer = request(url);
  answer.catch(() => undefined);
  early.set(url, { answer, asked: performance.now() });
}

function takeEarly(url: string): Promise<Response> | undefined {
  const found = early.get(url);
  early.delete(url);
  return found !== undefined && performance.now() - found.asked < EARLY_FOR_MS ? found.answer : undefined;
}

const urlOf = (operation: OperationName, { id, query }: { readonly id: string; readonly query: object | undefined }) =>
  addressOf(PATHS[operation].replace('{id}', encodeURIComponent(id)), query);

/** Up to when an answer has all that was acknowledged, by the server's clock, ms; null where it does not say. */
function momentOf(headers: Headers): number | null {
  const [date, lag] = [Date.parse(headers.get('date') ?? ''), headers.get('ledger-lag-ms') ?? ''];
  return Number.isNaN(date) || !/^\d+$/.test(lag) ? null : date - Number(lag);
}

/** The address of something of the API, for commands and links; several values repeat the parameter. */
export function addressOf(path: string, query: object = {}): string {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
  }
  return url.href;
}

/** Sends a request with the key that was entered, and again where there are too many. Resolves with a good answer only. */
export const request = (url: string, init: RequestInit = {}): Promise<Response> =>
  withinRate(() => requestOnce(url, init), init.signal);

async function requestOnce(url: string, init: RequestInit): Promise<Response> {
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
