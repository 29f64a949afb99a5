import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bounds of bodies. */
export interface BodyLimits {
  /** Bytes of one body at most. Default 6 MiB. */
  readonly bodyBytes: number;
  /** Larger ones are digested up to this many bytes. Default 16 MiB. */
  readonly digestBytes: number;
  /** The beginning of larger ones that is kept, to find a task id in it. Default 64 KiB. */
  readonly prefixBytes: number;
  /** Bytes of all unfinished bodies together. Default 64 MiB. */
  readonly heldBytes: number;
}

export const BODY_LIMITS: BodyLimits = {
  bodyBytes: 6 * MIB,
  digestBytes: 16 * MIB,
  prefixBytes: 64 * KIB,
  heldBytes: 64 * MIB,
};

/** What is known of a body that is too large. */
export interface Oversize {
  readonly kind: 'oversize';
  /** Bytes that a body may have. */
  readonly allowed: number;
  /** Bytes seen: all of them, unless `truncated`. */
  readonly size: number;
  /** There were more bytes than were read. */
  readonly truncated: boolean;
  /** SHA-256 (hex) of the bytes seen. */
  readonly digest: string;
  readonly prefix: Buffer;
}

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | Oversize
  /** Too many bytes of other bodies are held. */
  | { readonly kind: 'no-room' }
  /** The connection ended before the body did. */
  | { readonly kind: 'aborted' };

/** Reads bodies, within bounds for each and for all together. */
export interface BodyReader {
  /**
   * Reads to the end, or until the result is known; then the rest is read and dropped, so that a client that still sends
   * receives the response. With `digest` false the digest of a larger body is not computed. Never rejects.
   */
  read(stream: Readable, digest: boolean): Promise<Body>;
  /** Bytes of unfinished bodies. */
  heldBytes(): number;
}

export function makeBodyReader(limits: BodyLimits = BODY_LIMITS): BodyReader {
  let held = 0;
  return {
    heldBytes: () => held,
    read: (stream, digest) =>
      new Promise((resolve) => {
        const body = new Collector(limits, digest);
        const settle = (answer: Body): void => {
          stream.off('data', onData).off('end', onEnd).off('error', onAbort).off('close', onAbort);
          stream.on('error', ignore);
          held -= body.held;
          stream.resume();
          resolve(answer);
        };
        const onData = (chunk: Buffer): void => {
          const before = body.held;
          const known = body.take(chunk);
          held += body.held - before;
          if (known !== null) settle(known);
          else if (held > limits.heldBytes) settle({ kind: 'no-room' });
        };
        const onEnd = (): void => settle(body.end());
        const onAbort = (): void => settle({ kind: 'aborted' });
        stream.on('data', onData).on('end', onEnd).on('error', onAbort).on('close', onAbort);
      }),
  };
}

function ignore(): void {
  // The rest of a body that is dropped may end in any way.
}

/** One body, as far as it was received. */
class Collector {
  private chunks: Buffer[] = [];
  private size = 0;
  private kept = 0;
  private hash: Hash | null = null;

  constructor(
    private readonly limits: BodyLimits,
    private readonly digest: boolean,
  ) {}

  /** Bytes kept. */
  get held(): number {
    return this.kept;
  }

  /** Returns the body as soon as no more of it is needed. */
  take(chunk: Buffer): Body | null {
    this.size += chunk.length;
    if (this.size <= this.limits.bodyBytes) {
      this.chunks.push(chunk);
      this.kept += chunk.length;
      return null;
    }
    if (!this.digest) return this.oversize(true);
    this.hash ??= this.keepOnlyPrefix();
    const over = this.size - this.limits.digestBytes;
    this.hash.update(over > 0 ? chunk.subarray(0, chunk.length - over) : chunk);
    return over > 0 ? this.oversize(true) : null;
  }

  end(): Body {
    return this.hash === null ? { kind: 'whole', bytes: whole(this.chunks) } : this.oversize(false);
  }

  /** From here on only the digest grows. */
  private keepOnlyPrefix(): Hash {
    const hash = createHash('sha256');
    for (const chunk of this.chunks) hash.update(chunk);
    // Copied: a view would keep everything that it is cut from.
    const prefix = Buffer.from(whole(this.chunks).subarray(0, this.limits.prefixBytes));
    this.chunks = [prefix];
    this.kept = prefix.length;
    return hash;
  }

  private oversize(truncated: boolean): Oversize {
    return {
      kind: 'oversize',
      allowed: this.limits.bodyBytes,
      size: Math.min(this.size, this.limits.digestBytes),
      truncated,
      digest: (this.hash ?? createHash('sha256')).digest('hex'),
      prefix: whole(this.chunks).subarray(0, this.limits.prefixBytes),
    };
  }
}

/** Without a copy where there is one chunk, as for most notifications. */
function whole(chunks: readonly Buffer[]): Buffer {
  const [first, ...more] = chunks;
  if (first === undefined) return Buffer.alloc(0);
  return more.length === 0 ? first : Buffer.concat(chunks);
}
