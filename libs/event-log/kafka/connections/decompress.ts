import { gunzipSync } from 'node:zlib';

import { Decompress } from 'fzstd';
import { decompressBlock } from 'lz4js';
import { uncompress } from 'snappyjs';

/**
 * The records of a compressed batch, as they were before.
 *
 * @param codec as the attributes of a batch name it: 1 gzip, 2 snappy, 3 lz4, 4 zstd
 * @param most how many bytes there may be of them
 * @throws whatever is wrong with the bytes, or that there are more
 */
export function decompress(codec: number, bytes: Buffer, most: number): Buffer {
  const how = CODECS.get(codec);
  if (how === undefined) throw new Error(`there is no codec ${codec}`);
  return how(bytes, most);
}

const CODECS = new Map<number, (bytes: Buffer, most: number) => Buffer>([
  [1, (bytes, most) => gunzipSync(bytes, { maxOutputLength: most })],
  [2, fromSnappy],
  [3, fromLz4],
  [4, fromZstd],
]);

function tooMuch(most: number): Error {
  return new Error(`there are more than ${most} bytes in it`);
}

/** What Java's clients put around blocks of snappy (xerial): a magic text, two versions, then blocks with their lengths. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

function fromSnappy(bytes: Buffer, most: number): Buffer {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return uncompress(bytes, most);
  const blocks: Buffer[] = [];
  let left = most;
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new Error('a block of snappy is cut off');
    const block = uncompress(bytes.subarray(at + 4, end), left);
    blocks.push(block);
    left -= block.length;
    at = end;
  }
  return Buffer.concat(blocks);
}

/** The frame format of LZ4, as its specification has it; checksums in it are left to that of the batch. */
const LZ4_MAGIC = 0x184d2204;
const LZ4_BLOCK_BYTES = new Map([
  [4, 64 * 1024],
  [5, 256 * 1024],
  [6, 1024 * 1024],
  [7, 4 * 1024 * 1024],
]);

function fromLz4(bytes: Buffer, most: number): Buffer {
  const flags = bytes.readUInt8(4);
  const blockBytes = LZ4_BLOCK_BYTES.get((bytes.readUInt8(5) >> 4) & 7);
  if (bytes.readUInt32LE(0) !== LZ4_MAGIC || flags >> 6 !== 1 || blockBytes === undefined) {
    throw new Error('this is no frame of lz4');
  }
  const blocks = lz4Blocks(bytes, flags);
  const room = Buffer.alloc(Math.min(blocks.length * blockBytes, most + blockBytes));
  let end = 0;
  for (const { at, length, isStored } of blocks) {
    if (isStored) end += bytes.copy(room, end, at, at + length);
    // It answers the position after what it wrote, and reads what it wrote before where blocks are linked.
    else end = decompressBlock(bytes, room, at, length, end);
    if (end > most) throw tooMuch(most);
  }
  return room.subarray(0, end);
}

interface Lz4Block {
  readonly at: number;
  readonly length: number;
  readonly isStored: boolean;
}

function lz4Blocks(bytes: Buffer, flags: number): Lz4Block[] {
  const [hasBlockSums, hasSize, hasDictionary] = [flags & 0x10, flags & 0x08, flags & 0x01];
  const blocks: Lz4Block[] = [];
  let at = 4 + 2 + (hasSize === 0 ? 0 : 8) + (hasDictionary === 0 ? 0 : 4) + 1;
  for (let size = bytes.readUInt32LE(at); size !== 0; size = bytes.readUInt32LE(at)) {
    const block = { at: at + 4, length: size & 0x7fffffff, isStored: size >>> 31 === 1 };
    at = block.at + block.length + (hasBlockSums === 0 ? 0 : 4);
    if (at > bytes.length) throw new Error('a block of lz4 is cut off');
    blocks.push(block);
  }
  return blocks;
}

function fromZstd(bytes: Buffer, most: number): Buffer {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((piece) => {
    length += piece.length;
    if (length > most) throw tooMuch(most);
    pieces.push(piece);
  });
  stream.push(bytes, true);
  return Buffer.concat(pieces, length);
}
