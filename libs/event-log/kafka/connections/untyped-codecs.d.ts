declare module 'lz4js' {
  /** Decompresses one block from `source` to `target`; answers the position after what it wrote. */
  export function decompressBlock(
    source: Uint8Array,
    target: Uint8Array,
    sourceStart: number,
    sourceLength: number,
    targetStart: number,
  ): number;
}

declare module 'snappyjs' {
  /** Decompresses one block; throws where there are more than `maxLength` bytes in it. */
  export function uncompress(compressed: Buffer, maxLength?: number): Buffer;
}
