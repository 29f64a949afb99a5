import { hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '@mps-ledger/platform';

/** Tells whether a file is the one that was read before. */
export interface FileIdentity {
  readonly size: number;
  /** Milliseconds since 1970, with fractions. */
  readonly modified: number;
  /** SHA-256 (hex) of the first 64 KiB, or of the whole file where it is shorter. */
  readonly beginning: string;
}

/** A file of lines, or standard input; plain or compressed with gzip, whatever its name. */
export interface Input {
  /** For people: the path, or `standard input`. */
  readonly name: string;
  /** Null for what cannot be read a second time, such as standard input. */
  readonly file: { readonly path: string; readonly identity: FileIdentity } | null;
  /** Bytes read so far, still compressed. */
  bytesRead(): number;
  /**
   * Reads the content, decompressed, from a byte of it on; once only. Rejects with an `InputFailure` where the rest cannot be
   * read, and with the reason of the signal.
   */
  read(from: number, signal: AbortSignal): AsyncGenerator<Buffer>;
}

/** The rest of an input cannot be read: what was yielded before is valid. */
export class InputFailure extends Error {
  readonly code = 'input-failure';
}

export const STANDARD_INPUT = '-';
const BEGINNING_BYTES = 64 * 1024;
const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** Opens a file, or standard input for `-`. @throws UsageError where there is no such file, or it cannot be read. */
export async function openInput(path: string): Promise<Input> {
  if (path === STANDARD_INPUT) return makeInput('standard input', null, () => process.stdin);
  const found = await stat(path).catch(unreadable(path));
  if (found.isDirectory()) throw new UsageError(`${path} is a folder; a file of JSON lines is needed.`);
  await access(path, constants.R_OK).catch(unreadable(path));
  const identity = found.isFile()
    ? { size: found.size, modified: found.mtimeMs, beginning: hash('sha256', await readBeginning(path)) }
    : null;
  const file = identity === null ? null : { path, identity };
  return makeInput(path, file, () => createReadStream(path, { highWaterMark: CHUNK_BYTES }));
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}.`);
  };
}

function makeInput(name: string, file: Input['file'], start: () => Readable): Input {
  let bytesRead = 0;
  return {
    name,
    file,
    bytesRead: () => bytesRead,
    async *read(from, signal) {
      const source = start();
      const counted = count(source, (bytes) => (bytesRead += bytes));
      const stop = (): void => void source.destroy();
      signal.addEventListener('abort', stop, { once: true });
      try {
        signal.throwIfAborted();
        yield* skip(await decompressed(counted), from);
        signal.throwIfAborted();
      } catch (error) {
        signal.throwIfAborted();
        throw failureOf(name, error);
      } finally {
        signal.removeEventListener('abort', stop);
        source.destroy();
      }
    },
  };
}

async function readBeginning(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* count(source: Readable, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    yield chunk;
  }
}

async function decompressed(chunks: AsyncGenerator<Buffer>): Promise<AsyncIterable<Buffer>> {
  let beginning = Buffer.alloc(0);
  while (beginning.length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    beginning = Buffer.concat([beginning, next.value]);
  }
  const whole = follow(beginning, chunks);
  if (!beginning.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) return whole;
  const packed = Readable.from(whole, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  packed.once('error', (error) => gunzip.destroy(error));
  return packed.pipe(gunzip);
}

async function* follow(beginning: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (beginning.length > 0) yield beginning;
  yield* rest;
}

/** Leaves out the first bytes. */
async function* skip(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    const taken = Math.min(left, chunk.length);
    left -= taken;
    if (taken < chunk.length) yield chunk.subarray(taken);
  }
}

function failureOf(name: string, error: unknown): InputFailure {
  const { code = '', message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  const what =
    code === 'Z_BUF_ERROR'
      ? 'its compressed data ends too early: the file is truncated'
      : `it cannot be read further: ${code.startsWith('Z_') ? `its compressed data is damaged (${message})` : message}`;
  return new InputFailure(`${name}: ${what}`, { cause: error });
}
