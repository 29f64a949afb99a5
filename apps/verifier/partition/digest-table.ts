const BYTES = 16;
const FIRST_SLOTS = 1_024;

/**
 * Numbers digests in the order they come: a set whose members take 36 bytes or fewer each, where a Map of texts takes
 * hundreds. Digests are compared by their first 16 bytes.
 */
export class DigestTable {
  private digests = Buffer.alloc(FIRST_SLOTS * BYTES);
  /** Number of the digest + 1, at a place that follows from its first bytes; 0 where there is none. */
  private slots = new Uint32Array(FIRST_SLOTS * 2);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The digest's number; given now if it is new. */
  add(digest: Buffer): number {
    const slot = this.slotOf(digest);
    const known = this.slots[slot] ?? 0;
    if (known > 0) return known - 1;
    if ((this.count + 1) * BYTES > this.digests.length) {
      this.grow();
      return this.add(digest);
    }
    digest.copy(this.digests, this.count * BYTES, 0, BYTES);
    this.count += 1;
    this.slots[slot] = this.count;
    return this.count - 1;
  }

  /** Its number, or -1. */
  find(digest: Buffer): number {
    return (this.slots[this.slotOf(digest)] ?? 0) - 1;
  }

  private slotOf(digest: Buffer): number {
    const mask = this.slots.length - 1;
    for (let slot = digest.readUInt32LE(0) & mask; ; slot = (slot + 1) & mask) {
      const number = this.slots[slot] ?? 0;
      if (number === 0 || this.isAt(number - 1, digest)) return slot;
    }
  }

  private isAt(number: number, digest: Buffer): boolean {
    return digest.compare(this.digests, number * BYTES, (number + 1) * BYTES, 0, BYTES) === 0;
  }

  private grow(): void {
    this.digests = Buffer.concat([this.digests, Buffer.alloc(this.digests.length)]);
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let number = 0; number < this.count; number += 1) {
      const digest = this.digests.subarray(number * BYTES, (number + 1) * BYTES);
      this.slots[this.slotOf(digest)] = number + 1;
    }
  }
}
