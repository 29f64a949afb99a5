import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { freshnessHeaders } from './answer';
import type { Answer, NextPage } from './answer';
import { isEventStream, sendEventStream } from './event-stream';
import { entityTag, matches } from './etag';

const JSON_TEXT = 'application/json; charset=utf-8';

/**
 * What is sent for the value of a handler: an `Answer` becomes header fields (freshness, entity tag, next page) and its body, or 304
 * where the client knows its tag; an `EventStream` is sent as it comes; any other value is sent as it is. An answer that brings no tag
 * has that of its content, unless it is of this moment.
 */
export function sendAnswer(value: unknown, reply: FastifyReply): unknown {
  if (isEventStream(value)) return sendEventStream(value, reply);
  if (!isAnswer(value)) return value;
  const { freshness, tag, next, waited, headers = {} } = value;
  if (freshness !== null) void reply.headers(freshnessHeaders(freshness, waited));
  void reply.headers({ ...(next !== undefined && nextLink(next)), ...headers });
  if (value.stream !== undefined) return sendStream(value.stream(), reply);
  if (tag === null) void reply.header('cache-control', 'no-store');
  else if (tag !== undefined && isKnown(tag, reply)) return undefined;
  const content = contentOf(value.body());
  if (tag === undefined && isKnown(digestOf(content), reply)) return undefined;
  // Bytes never have the type that the sender named: a browser would take them for a page of ours.
  void reply.type(value.type ?? (typeof content === 'string' ? JSON_TEXT : 'application/octet-stream'));
  return content;
}

/** Sets the tag; where the client knows it, the answer is 304, without a body. */
function isKnown(tag: string, reply: FastifyReply): boolean {
  void reply.header('etag', entityTag(tag));
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'private, no-cache');
  const isSame = matches(reply.request.headers['if-none-match'], tag);
  if (isSame) void reply.code(304);
  return isSame;
}

const contentOf = (body: object | string): string | Buffer =>
  typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);

/** Hex digits of a digest that tell contents apart. */
const DIGITS = 32;

const digestOf = (content: string | Buffer): string =>
  `c${createHash('sha256').update(content).digest('hex').slice(0, DIGITS)}`;

/** A client that takes nothing for so long is cut off, ms: it holds a turn. */
const STALLED_MS = 60_000;

/** Sends a stream as fast as the client takes it; whichever of the two ends, the other one does. */
function sendStream(stream: Readable, reply: FastifyReply): unknown {
  void reply.header('cache-control', 'no-store');
  if (reply.request.method === 'HEAD') {
    stream.destroy();
    return '';
  }
  reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
  return stream;
}

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
function nextLink({ cursor, limit, account, fields, format }: NextPage): Record<string, string> {
  if (cursor === null || cursor.length > LONGEST_IN_LINK) return {};
  const ofAccount = account === undefined ? '' : `&account=${account}`;
  const withFields = fields === undefined ? '' : `&fields=${fields.join(',')}`;
  const inFormat = format === undefined ? '' : `&format=${format}`;
  return { link: `<?cursor=${cursor}&limit=${limit}${ofAccount}${withFields}${inFormat}>; rel="next"` };
}
