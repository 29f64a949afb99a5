import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { Problem } from './problem';

/** A body larger than is accepted, as far as it was read. */
export class OversizeBody {
  constructor(
    /** Bytes read; all of the body's, if it is `complete`. */
    readonly size: number,
    /** False: reading stopped at the limit, there was more. */
    readonly complete: boolean,
    /** SHA-256 of the bytes read, lower-case hex. */
    readonly sha256: string,
    /** The first bytes, as many as are accepted for a body. */
    readonly head: Buffer,
  ) {}
}

export interface RawBodyOptions {
  /** A body may have this many bytes. */
  readonly bodyBytes: number;
  /** Larger bodies are read (and digested) up to this many bytes, and handed over as `OversizeBody`. 0: answered 413 at once. */
  readonly digestBytes: number;
}

/**
 * Hands each body over as the exact bytes that came, whatever its content type says (also a malformed one, and none). The
 * handler's body is a Buffer (empty without a body), or an `OversizeBody`.
 */
export function acceptRawBodies(instance: FastifyInstance, options: RawBodyOptions): void {
  instance.removeAllContentTypeParsers();
  instance.addHook('onRequest', (request, _reply, done) => {
    // Fastify refuses a malformed content type before it looks for a parser; `givenContentType` still has the original.
    if (request.headers['content-type'] !== undefined) request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
  instance.addContentTypeParser('*', (request: FastifyRequest, payload: Readable) =>
    readBody(request, payload, options),
  );
  instance.addHook('preHandler', (request, _reply, done) => {
    request.body ??= Buffer.alloc(0);
    done();
  });
}

function readBody(request: FastifyRequest, payload: Readable, options: RawBodyOptions): Promise<Buffer | OversizeBody> {
  const { bodyBytes, digestBytes } = options;
  if (digestBytes === 0 && Number(request.headers['content-length'] ?? 0) > bodyBytes)
    return Promise.reject(tooLarge(bodyBytes));
  return new Promise((resolve, reject) => {
    const body = new BodyReader(options);
    const stop = (): void => {
      payload.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    };
    const onData = (chunk: Buffer): void => {
      if (body.take(chunk)) return;
      // What is still to come is read and dropped: a client that is sending would else never see the answer.
      stop();
      payload.resume();
      if (digestBytes === 0) reject(tooLarge(bodyBytes));
      else resolve(body.result(false));
    };
    const onEnd = (): void => {
      stop();
      resolve(body.result(true));
    };
    const onError = (): void => {
      stop();
      reject(
        new Problem({ status: 400, code: 'request-aborted', detail: 'The connection ended before the body did.' }),
      );
    };
    const onClose = onError;
    payload.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

class BodyReader {
  private readonly chunks: Buffer[] = [];
  private kept = 0;
  private size = 0;
  private digest: Hash | null = null;

  constructor(private readonly options: RawBodyOptions) {}

  /** Answers whether more is wanted. */
  take(chunk: Buffer): boolean {
    const { bodyBytes, digestBytes } = this.options;
    this.size += chunk.length;
    if (this.size > bodyBytes) {
      if (digestBytes === 0) return false;
      this.digest ??= this.chunks.reduce((hash, part) => hash.update(part), createHash('sha256'));
    }
    this.digest?.update(this.size > digestBytes ? chunk.subarray(0, chunk.length - (this.size - digestBytes)) : chunk);
    if (this.kept < bodyBytes) {
      const part = chunk.subarray(0, bodyBytes - this.kept);
      this.chunks.push(part);
      this.kept += part.length;
    }
    return this.size <= Math.max(bodyBytes, digestBytes);
  }

  result(complete: boolean): Buffer | OversizeBody {
    const head = Buffer.concat(this.chunks, this.kept);
    if (this.digest === null) return head;
    return new OversizeBody(Math.min(this.size, this.options.digestBytes), complete, this.digest.digest('hex'), head);
  }
}

function tooLarge(bodyBytes: number): Problem {
  return new Problem({ status: 413, code: 'body-too-large', detail: `A body may have ${bodyBytes} bytes here.` });
}
