import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** A body as it is stored. */
export interface PackedBody {
  readonly isGzip: boolean;
  readonly bytes: Buffer;
}

/** Bodies below this size gain too little. */
const MIN_GZIP_BYTES = 200;
/** Kept uncompressed unless gzip saves a tenth. */
const MAX_RATIO = 0.9;

/** Compresses a body in zlib's own threads, where that is worth it. */
export async function pack(bytes: Buffer): Promise<PackedBody> {
  if (bytes.length < MIN_GZIP_BYTES) return { isGzip: false, bytes };
  const packed = await compress(bytes);
  return packed.length <= bytes.length * MAX_RATIO ? { isGzip: true, bytes: packed } : { isGzip: false, bytes };
}

/** The exact bytes. Rejects where they are damaged. */
export async function unpack({ isGzip, bytes }: PackedBody): Promise<Buffer> {
  return isGzip ? decompress(bytes) : bytes;
}
