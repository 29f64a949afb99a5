import type { FastifyInstance } from 'fastify';

/**
 * How a handler gets the body. `json`: parsed; other content types are 415. `raw`: the exact bytes as a Buffer, with any content
 * type (also a malformed one, and none), empty without a body; more than `limits.bodyBytes` are 413. `unread`: the handler reads
 * `request.raw` itself, within bounds of its own.
 */
export type Bodies = 'json' | 'raw' | 'unread';

/** Sets the listener up for it; call it before routes are added. */
export function acceptBodies(instance: FastifyInstance, bodies: Bodies): void {
  if (bodies === 'json') return;
  instance.removeAllContentTypeParsers();
  instance.addHook('onRequest', (request, _reply, done) => {
    // Fastify refuses a malformed content type before it looks for a parser; `givenContentType` still has the original.
    if (request.headers['content-type'] !== undefined) request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
  if (bodies === 'unread') {
    instance.addContentTypeParser('*', (_request, _payload, done) => done(null));
    return;
  }
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  instance.addHook('preHandler', (request, _reply, done) => {
    request.body ??= Buffer.alloc(0);
    done();
  });
}
