const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/**
 * The partition of a key: that of Kafka's default partitioner (murmur2 of the bytes, sign bit cleared, modulo), so that
 * any Kafka client finds a key where we put it. A string counts as its UTF-8 bytes.
 */
export function partitionOf(key: Buffer | string, partitions: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions;
}

/** Kafka's variant of MurmurHash2 (org.apache.kafka.common.utils.Utils.murmur2): a signed 32-bit number. */
export function murmur2(data: Buffer): number {
  const wholeWords = data.length - (data.length % 4);
  let hash = SEED ^ data.length;
  for (let at = 0; at < wholeWords; at += 4) {
    let word = Math.imul(data.readInt32LE(at), MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (wholeWords < data.length) {
    hash = Math.imul(hash ^ data.readUIntLE(wholeWords, data.length - wholeWords), MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
