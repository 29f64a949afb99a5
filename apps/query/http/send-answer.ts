import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import { freshnessHeaders } from './answer';
import type { Answer, NextPage } from './answer';
import { isEventStream, sendEventStream } from './event-stream';
import { entityTag, matches } from './etag';

const JSON_TEXT = 'application/json; charset=utf-8';

/**
 * What is sent for the value of a handler: an `Answer` becomes header fields (freshness, entity tag, next page) and its body, or 304
 * where the client knows its tag; an `EventStream` is sent as it comes; any other value is sent as it is.
 */
export function sendAnswer(value: unknown, reply: FastifyReply): unknown {
  if (isEventStream(value)) return sendEventStream(value, reply);
  if (!isAnswer(value)) return value;
  const { freshness, tag, next, waited, headers = {} } = value;
  void reply.headers({ ...freshnessHeaders(freshness, waited), ...(next !== undefined && nextLink(next)), ...headers });
  if (tag !== undefined) {
    void reply.headers({ etag: entityTag(tag), 'cache-control': 'private, no-cache' });
    if (matches(reply.request.headers['if-none-match'], tag)) {
      void reply.code(304);
      return undefined;
    }
  }
  if (value.stream !== undefined) return sendStream(value.stream(), reply);
  const body = value.body();
  if (typeof body === 'string') void reply.type(JSON_TEXT);
  // Never the type that the sender named: a browser would take it for a page of ours.
  if (Buffer.isBuffer(body)) void reply.type('application/octet-stream');
  return body;
}

/** A client that takes nothing for so long is cut off, ms: it holds a turn. */
const STALLED_MS = 60_000;

/** Sends a stream as fast as the client takes it; whichever of the two ends, the other one does. */
function sendStream(stream: Readable, reply: FastifyReply): unknown {
  void reply.header('vary', 'accept-encoding').header('cache-control', 'no-store');
  if (reply.request.method === 'HEAD') {
    stream.destroy();
    return '';
  }
  reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
  if (!ACCEPTS_GZIP.test(reply.request.headers['accept-encoding'] ?? '')) return stream;
  void reply.header('content-encoding', 'gzip');
  const zip = createGzip();
  // Failures reach the reader of the second one.
  pipeline(stream, zip, () => undefined);
  return zip;
}

const ACCEPTS_GZIP = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i;

/** JSON has no functions. */
function isAnswer(value: unknown): value is Answer {
  return typeof (value as { readonly body?: unknown } | null | undefined)?.body === 'function';
}

/** Servers and clients refuse header fields longer than some kilobytes. */
const LONGEST_IN_LINK = 2000;

/**
 * The next page as `Link` (RFC 8288), relative to the request's own path, which may be too long for a header. None at
 * the end, and none where the cursor is too long for a header: the body always has it.
 */
function nextLink({ cursor, limit, account, fields }: NextPage): Record<string, string> {
  if (cursor === null || cursor.length > LONGEST_IN_LINK) return {};
  const ofAccount = account === undefined ? '' : `&account=${account}`;
  const withFields = fields === undefined ? '' : `&fields=${fields.join(',')}`;
  return { link: `<?cursor=${cursor}&limit=${limit}${ofAccount}${withFields}>; rel="next"` };
}
