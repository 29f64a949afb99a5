import type { FastifyReply } from 'fastify';
import type { PageFile } from './page-files';

/** Everything comes from this server; nothing is inline, framed, or sent elsewhere by a form. */
const CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'accept',
};

/** What is sent for a file of the page: its bytes, or nothing (304) for who has them. */
export function sendFile(file: PageFile, reply: FastifyReply, cacheControl: string): Buffer | undefined {
  const { headers } = reply.request;
  void reply.headers({ ...HEADERS, 'cache-control': cacheControl, etag: file.tag });
  if (headers['if-none-match']?.includes(file.tag) === true) {
    void reply.code(304);
    return undefined;
  }
  void reply.type(file.type);
  return file.bytes;
}
