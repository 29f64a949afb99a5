import type { FastifyRequest } from 'fastify';

/** The parts of a request that the API reads. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Header fields as they were sent, by their names in lower case; each byte is one character. Of equal names the first. */
  readonly headers: ReadonlyMap<string, string>;
  /** What follows the `?`, as it was sent; empty without. */
  readonly query: string;
  /** Empty for a GET. */
  readonly body: Buffer;
  /** The client's address. */
  readonly address: string;
}

export function apiRequestOf({ raw, ip }: FastifyRequest, method: ApiRequest['method'], body: Buffer): ApiRequest {
  const headers = new Map<string, string>();
  for (let i = 0; i < raw.rawHeaders.length; i += 2) {
    const name = (raw.rawHeaders[i] ?? '').toLowerCase();
    if (!headers.has(name)) headers.set(name, (raw.rawHeaders[i + 1] ?? '').trim());
  }
  const [, query = ''] = /\?([^#]*)/.exec(raw.url ?? '') ?? [];
  return { method, headers, query, body, address: ip };
}

/** The media type of the body, without its parameters; empty where none is given. */
export function mediaTypeOf({ headers }: ApiRequest): string {
  return (headers.get('content-type') ?? '').replace(/;.*$/s, '').trim().toLowerCase();
}

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';
