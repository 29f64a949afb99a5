/** The polynomial of CRC-32C (Castagnoli), bits reversed. */
const POLYNOMIAL = 0x82f63b78;
/** So many bytes are taken at once, each with a table of its own ("slicing by 8"). */
const SLICES = 8;

const tables: readonly Int32Array[] = makeTables();
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as readonly [...Eight];
type Eight = [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

/** The checksum that Kafka's record batches carry: CRC-32C (RFC 3720, B.4) of some bytes, as an unsigned number. */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  let at = 0;
  // Each index is below 256, as a byte is, and each byte is there: the tables have no holes.
  const byte = (place: number): number => bytes[place] as number;
  const of = (table: Int32Array, index: number): number => table[index & 0xff] as number;
  for (const end = bytes.length - SLICES; at <= end; at += SLICES) {
    crc ^= byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    crc =
      of(t7, crc) ^
      of(t6, crc >>> 8) ^
      of(t5, crc >>> 16) ^
      of(t4, crc >>> 24) ^
      of(t3, byte(at + 4)) ^
      of(t2, byte(at + 5)) ^
      of(t1, byte(at + 6)) ^
      of(t0, byte(at + 7));
  }
  for (; at < bytes.length; at += 1) crc = of(t0, crc ^ byte(at)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The first has the checksum of each byte; each other one has that of a byte which one more zero byte follows. */
function makeTables(): Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
  const all = [first];
  while (all.length < SLICES) {
    all.push((all.at(-1) ?? first).map((crc) => (crc >>> 8) ^ (first[crc & 0xff] as number)));
  }
  return all;
}
