import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** An id that a client may choose: visible ASCII, no longer than this. */
const ACCEPTABLE_ID = /^[\x21-\x7e]{1,128}$/;

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** The client's `X-Request-Id` where it can be echoed and logged, else a new one. */
export function requestIdOf(request: { readonly headers: IncomingHttpHeaders }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTABLE_ID.test(given) ? given : randomUUID();
}

/** The request's W3C `traceparent`, if it is valid (https://www.w3.org/TR/trace-context/). */
export function traceparentOf(request: { readonly headers: IncomingHttpHeaders }): string | undefined {
  const given = request.headers['traceparent'];
  if (typeof given !== 'string' || given.length > 256 || !TRACEPARENT.test(given)) return undefined;
  return given.startsWith('00') && given.length !== 55 ? undefined : given;
}

/** The content type as the client sent it. Needed on listeners for raw bytes, where the header was replaced. */
export function givenContentType(request: { readonly raw: IncomingMessage }): string | null {
  const { rawHeaders } = request.raw;
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  return at < 0 ? null : (rawHeaders[at + 1] ?? null);
}

/** The path of a request target, without query. */
export function pathOf(url: string | undefined): string {
  return (url ?? '').replace(/[?#].*$/s, '');
}
