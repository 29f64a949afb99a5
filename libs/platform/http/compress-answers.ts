import { pipeline, Readable } from 'node:stream';
import { constants, createGzip, gzip } from 'node:zlib';

import type { FastifyInstance, FastifyReply } from 'fastify';

/** Fewer bytes are sent as they are: they fit into one packet. */
const SMALLEST = 1024;

/** The fastest level takes a third of the time of the default, for JSON that is a fifth larger. */
const OPTIONS = { level: constants.Z_BEST_SPEED };

/** Texts. Not server-sent events, of which each is sent when it comes, and not bytes, whose `Repr-Digest` is of what is sent. */
const COMPRESSED = /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:x-nd)?json)/;

/** `gzip` among the codings, and not with a weight of 0 (RFC 9110, section 12.5.3). */
const ACCEPTS_GZIP = /(?:^|,)\s*(?:x-)?gzip\s*(?:;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|,|$)/i;

/** Whether a client takes answers that are compressed by gzip, by its `Accept-Encoding`. */
export function acceptsGzip(header: string | undefined): boolean {
  return header !== undefined && ACCEPTS_GZIP.test(header);
}

/**
 * Compresses the texts that a listener answers, for clients that accept gzip: whole ones off the main thread, streams as they come, in
 * bounded memory. Answers to GET and HEAD have the same header fields, but for streams: a HEAD begins none, and has no `Content-Encoding`.
 */
export function compressAnswers(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, payload: unknown, done) => {
    const others = reply.getHeader('vary');
    void reply.header('vary', typeof others === 'string' ? `${others}, accept-encoding` : 'accept-encoding');
    if (!isText(reply) || !acceptsGzip(request.headers['accept-encoding'])) done(null, payload);
    else if (payload instanceof Readable) done(null, compressedStream(payload, reply));
    else if (isLarge(payload)) {
      gzip(payload, OPTIONS, (error, zipped) => {
        if (error === null) void reply.header('content-encoding', 'gzip');
        done(error as null, zipped);
      });
    } else done(null, payload);
  });
}

function isText(reply: FastifyReply): boolean {
  const type = reply.getHeader('content-type');
  return typeof type === 'string' && COMPRESSED.test(type) && !reply.hasHeader('content-encoding');
}

function isLarge(payload: unknown): payload is string | Buffer {
  return (typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length >= SMALLEST;
}

function compressedStream(stream: Readable, reply: FastifyReply): Readable {
  void reply.header('content-encoding', 'gzip');
  // Failures reach the reader of the second one.
  return pipeline(stream, createGzip(OPTIONS), () => undefined);
}
