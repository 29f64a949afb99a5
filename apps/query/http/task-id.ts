/**
 * The TaskId of a request path, byte for byte.
 *
 * A TaskId is any string, so a path may hold any octets, percent-encoded. A router decodes UTF-8 only, which has no
 * spelling for a lone surrogate; such a one is taken in its three bytes as WTF-8 spells it (`%ED%A0%80` to `%ED%BF%BF`),
 * and is the only thing that is not UTF-8 and yet accepted.
 */

import type { IncomingMessage, Server } from 'node:http';
import { Problem } from '@mps-ledger/platform';

/** The TaskId in the path of a request to `/v1/tasks/{id}` or what is below it. Throws 400 where it is not well-formed. */
export function taskIdOf(url: string): string {
  // A proxy may send the absolute form (RFC 9112, section 3.2.2).
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  const taskId = decodeSegment(path.split('/')[3] ?? '');
  if (taskId !== null) return taskId;
  throw new Problem({ status: 400, code: 'malformed-url', detail: 'The path has a malformed percent-encoding.' });
}

const LONE_SURROGATE = /%ED%([AB][0-9A-F])%([89AB][0-9A-F])/gi;

/**
 * Lets requests with lone surrogates in their path through to the router: it gets U+FFFD in their place. The path as received
 * stays as the request's original URL, which `taskIdOf` reads.
 */
export function acceptLoneSurrogates(server: Server): void {
  server.prependListener('request', (request: IncomingMessage & { originalUrl?: string }) => {
    const { url } = request;
    if (url === undefined || !/%ED%[AB]/i.test(url)) return;
    request.originalUrl = url;
    request.url = url.replace(LONE_SURROGATE, '%EF%BF%BD');
  });
}

/** Decodes one percent-encoded path segment; null where it is not well-formed. */
export function decodeSegment(segment: string): string | null {
  const parts: string[] = [];
  let from = 0;
  for (const found of segment.matchAll(LONE_SURROGATE)) {
    const text = decodeUtf8(segment.slice(from, found.index));
    if (text === null) return null;
    parts.push(text, surrogate(found[1] ?? '', found[2] ?? ''));
    from = found.index + found[0].length;
  }
  const rest = decodeUtf8(segment.slice(from));
  return rest === null ? null : [...parts, rest].join('');
}

function decodeUtf8(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The second and third byte of a surrogate's three, each of which carries six bits. */
function surrogate(second: string, third: string): string {
  return String.fromCharCode(
    0xd000 | ((Number.parseInt(second, 16) & 0x3f) << 6) | (Number.parseInt(third, 16) & 0x3f),
  );
}
