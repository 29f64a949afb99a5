import { crc32c } from './crc32c';
import { decompress } from './decompress';

/** One partition of an answer. */
export interface PartitionRecords {
  /** Record batches, the last perhaps cut off. */
  readonly records: Buffer;
  /** The requested position. */
  readonly position: number;
  /** Whether a batch is known to begin there. */
  readonly isBoundary: boolean;
  /** Positions at which the answer says that the partition ends for this reader. */
  readonly ends: readonly number[];
}

export interface CheckedRecords {
  /** The intact batches, decompressed; the given bytes where nothing had to be changed. */
  readonly records: Buffer;
  /** The position after them. */
  readonly to: number;
  /** Why the batch at `to` is damaged; undefined where it is not. */
  readonly damage?: string;
  /**
   * An offset of the batches that no checksum covers and nothing else in the answer confirms: a gap, as compaction leaves, or a
   * single batch that the requested position may be in the middle of. To be accepted once two answers agree.
   */
  readonly claim?: string;
}

interface Batch {
  readonly bytes: Buffer;
  readonly base: number;
  readonly last: number;
}

/** Of a batch, and of all after the first in an answer, as they were before they were compressed. */
const MOST_BYTES = 64 * 1024 * 1024;
/** The format of batches since Kafka 0.11, which alone has headers. */
const MAGIC = 2;
const BASE_BYTES = 8;
/** Base offset and length, which the length does not count. */
const PREFIX_BYTES = 12;
/** Up to its records. */
const HEADER_BYTES = 61;
const [LENGTH_AT, MAGIC_AT, CRC_AT, ATTRIBUTES_AT, LAST_DELTA_AT] = [8, 16, 17, 21, 23] as const;
const CODEC_BITS = 0x07;

/**
 * Checks the record batches of a partition: that each matches its checksum (CRC-32C, of all but base offset, length, leader epoch
 * and format), that its offsets continue the previous ones or begin at the requested position, and that it can be decompressed.
 */
export function checkRecords(given: PartitionRecords): CheckedRecords {
  const { records, position } = given;
  const { batches, after, damage } = wholeBatches(records, position);
  const { plain, failure } = decompressed(batches);
  const kept = batches.slice(0, plain.length);
  const wrong = failure ?? (plain.length < batches.length ? undefined : damage);
  const isSame =
    wrong === undefined && kept.length === batches.length && kept.every(({ bytes }, i) => bytes === plain[i]);
  const claim = claimOf(kept, given, batches[kept.length]?.base ?? after);
  return {
    records: isSame ? records : Buffer.concat(plain),
    to: (kept.at(-1)?.last ?? position - 1) + 1,
    ...(wrong !== undefined && { damage: wrong }),
    ...(claim !== undefined && { claim }),
  };
}

/** The intact batches; the damage of the next one; its base offset where readable. */
function wholeBatches(records: Buffer, position: number): { batches: Batch[]; after?: number; damage?: string } {
  const batches: Batch[] = [];
  for (let at = 0, next = position; at < records.length;) {
    const rest = records.subarray(at);
    const length = rest.length < PREFIX_BYTES ? Infinity : PREFIX_BYTES + rest.readInt32BE(LENGTH_AT);
    const after = rest.length < BASE_BYTES ? {} : { after: Number(rest.readBigInt64BE(0)) };
    // A broker answers at least one whole batch, if any.
    if (length > rest.length && batches.length > 0) return { batches, ...after };
    const batch = checkBatch(rest, length, next);
    if (typeof batch === 'string') return { batches, ...after, damage: batch };
    batches.push(batch);
    next = batch.last + 1;
    at += length;
  }
  return { batches };
}

/** The first batch of some bytes, or its damage. */
function checkBatch(records: Buffer, length: number, next: number): Batch | string {
  if (length < HEADER_BYTES || length > records.length) return `a record batch of ${length} bytes`;
  const bytes = records.subarray(0, length);
  const magic = bytes.readInt8(MAGIC_AT);
  if (magic !== MAGIC) return `a record batch of format ${magic}`;
  const [told, is] = [bytes.readUInt32BE(CRC_AT), crc32c(bytes.subarray(ATTRIBUTES_AT))];
  if (told !== is) return `a record batch with checksum ${is.toString(16)}, which says ${told.toString(16)}`;
  const base = Number(bytes.readBigInt64BE(0));
  const last = base + bytes.readInt32BE(LAST_DELTA_AT);
  if (Number.isSafeInteger(last) && base >= 0 && last >= next) return { bytes, base, last };
  return `a record batch with offsets ${base} to ${last} where ${next} was to follow`;
}

/** The decompressed batches, up to the limit; why the next one could not be decompressed. */
function decompressed(batches: readonly Batch[]): { plain: Buffer[]; failure?: string } {
  const plain: Buffer[] = [];
  let room = MOST_BYTES;
  for (const { bytes } of batches) {
    const codec = bytes.readInt16BE(ATTRIBUTES_AT) & CODEC_BITS;
    try {
      const one = codec === 0 ? bytes : withoutCodec(bytes, codec);
      room -= one === bytes ? 0 : one.length;
      if (room < 0 && plain.length > 0) break;
      plain.push(one);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { plain, failure: `a record batch that cannot be decompressed: ${reason}` };
    }
  }
  return { plain };
}

/** Its checksum stays that of the compressed batch: nothing checks it again. */
function withoutCodec(bytes: Buffer, codec: number): Buffer {
  const records = decompress(codec, bytes.subarray(HEADER_BYTES), MOST_BYTES);
  const plain = Buffer.concat([bytes.subarray(0, HEADER_BYTES), records]);
  plain.writeInt32BE(plain.length - PREFIX_BYTES, LENGTH_AT);
  plain.writeInt16BE(plain.readInt16BE(ATTRIBUTES_AT) & ~CODEC_BITS, ATTRIBUTES_AT);
  return plain;
}

function claimOf(
  batches: readonly Batch[],
  { position, isBoundary, ends }: PartitionRecords,
  after: number | undefined,
): string | undefined {
  const [first] = batches;
  if (first === undefined) return undefined;
  const gaps = batches.filter(({ base }, index) => base > (batches[index - 1]?.last ?? position - 1) + 1);
  const claims = gaps.map(({ base, last }) => `${base} to ${last} after a gap`);
  // Its end is confirmed by the begin of the next batch or the end of the partition, and so is its begin.
  const isBorneOut = batches.length > 1 || [...ends, after].includes(first.last + 1);
  if (isBoundary ? first.base < position : first.base <= position && !isBorneOut) {
    claims.unshift(`${first.base} to ${first.last} where ${position} was asked for`);
  }
  return claims.length === 0 ? undefined : claims.join(', ');
}
