import { DigestTable } from './digest-table';

const BYTES = 16;

/** What is known of one raw record's place among the others of its partition. */
export interface Found {
  /** Number of the raw record, from 0. */
  readonly record: number;
  /** Number of the event among all that follow from the partition. */
  readonly event: number;
  /** Nothing like it was on the log before. */
  readonly isFirst: boolean;
}

const doubled = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(bytes.length)]);

/**
 * What must be on the event log of one partition: the digests of the records that follow from each raw record, in order,
 * and which of them were met. Takes 17 bytes for an event and 56 for a raw record.
 */
export class Derivation {
  private readonly offsets: number[] = [];
  private readonly starts: number[] = [0];
  private readonly met: number[] = [];
  private readonly notificationOffsets: number[] = [];
  private readonly appliedAt: number[] = [];
  private digests: Buffer = Buffer.alloc(1_024 * BYTES);
  /** By raw record: the digest of its last event as earlier builds derived it; zeros where that is the same. */
  private earlier: Buffer = Buffer.alloc(1_024 * BYTES);
  private seen = new Uint8Array(1_024);
  private last = { record: -1, event: -1 };
  /** Ids of notifications, in the order of the raw log; an id that was appended twice counts once. */
  readonly notifications = new DigestTable();
  /** By notification: its first raw record. */
  private readonly firstRecords: number[] = [];

  get records(): number {
    return this.offsets.length;
  }

  /**
   * Adds a raw record, above all before it. `eventOffset`: what its notification's row says; null where it has none. `earlier`: another digest
   * that its last event may have.
   */
  add(offset: number, id: Buffer, digests: readonly string[], eventOffset: number | null, earlier?: string): void {
    const notification = this.notifications.add(id);
    if (notification === this.firstRecords.length) this.firstRecords.push(this.offsets.length);
    this.offsets.push(offset);
    this.met.push(0);
    this.notificationOffsets.push(eventOffset ?? -1);
    this.appliedAt.push(-1);
    const from = this.starts.at(-1) ?? 0;
    while ((from + digests.length) * BYTES > this.digests.length) this.grow();
    digests.forEach((digest, index) => this.digests.write(digest.slice(0, 2 * BYTES), (from + index) * BYTES, 'hex'));
    this.starts.push(from + digests.length);
    if (this.offsets.length * BYTES > this.earlier.length) this.earlier = doubled(this.earlier);
    if (earlier !== undefined)
      this.earlier.write(earlier.slice(0, 2 * BYTES), (this.offsets.length - 1) * BYTES, 'hex');
  }

  /** The number of the raw record at an offset, or -1. */
  recordAt(offset: number): number {
    const { record } = this.last;
    if (this.offsets[record] === offset) return record;
    if (this.offsets[record + 1] === offset) return record + 1;
    let low = 0;
    let high = this.offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.offsets[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return this.offsets[low] === offset ? low : -1;
  }

  /** How many notifications the first so many raw records are. */
  notificationsBefore(records: number): number {
    let count = this.firstRecords.length;
    while (count > 0 && (this.firstRecords[count - 1] ?? 0) >= records) count -= 1;
    return count;
  }

  /** Offset of a notification's first raw record. */
  firstOffsetOf(notification: number): number {
    return this.offsetOf(this.firstRecords[notification] ?? -1);
  }

  offsetOf(record: number): number {
    return this.offsets[record] ?? -1;
  }

  /** Finds an event record among those that follow from a raw record, and marks it as met. */
  meet(record: number, digest: string): Found | null {
    const bytes = Buffer.from(digest.slice(0, 2 * BYTES), 'hex');
    const event = this.find(record, bytes);
    if (event < 0) return null;
    this.last = { record, event };
    const isFirst = this.seen[event] === 0;
    this.seen[event] = 1;
    if (isFirst) this.met[record] = (this.met[record] ?? 0) + 1;
    return { record, event, isFirst };
  }

  /** Events come in order, so the one after the last is looked at first. */
  private find(record: number, digest: Buffer): number {
    const from = this.starts[record] ?? 0;
    const to = this.starts[record + 1] ?? from;
    const guess = this.last.record === record ? this.last.event + 1 : from;
    if (guess < to && this.isAt(guess, digest)) return guess;
    for (let event = from; event < to; event += 1) if (this.isAt(event, digest)) return event;
    return digest.compare(this.earlier, record * BYTES, (record + 1) * BYTES) === 0 ? to - 1 : -1;
  }

  private isAt(event: number, digest: Buffer): boolean {
    return digest.compare(this.digests, event * BYTES, (event + 1) * BYTES) === 0;
  }

  /** Whether the event is the last of its raw record, and whether all others were met before it. */
  endsRecord({ record, event }: Found): { readonly isLast: boolean; readonly isComplete: boolean } {
    const to = this.starts[record + 1] ?? 0;
    return { isLast: event === to - 1, isComplete: this.met[record] === to - (this.starts[record] ?? 0) };
  }

  /** Places, among its raw record's events, of those that were not met. */
  missingOf(record: number): readonly number[] {
    const from = this.starts[record] ?? 0;
    const to = this.starts[record + 1] ?? from;
    if (this.met[record] === to - from) return [];
    return Array.from({ length: to - from }, (_, place) => place).filter((place) => this.seen[from + place] === 0);
  }

  /** The raw record's notification.received was applied at an offset; answers whether for the first time. */
  applied(record: number, offset: number): boolean {
    if ((this.appliedAt[record] ?? 0) >= 0) return false;
    this.appliedAt[record] = offset;
    return true;
  }

  /** Where it was applied first, and where its notification's row says so: -1 for nowhere. */
  notificationOf(record: number): { readonly applied: number; readonly said: number } {
    return { applied: this.appliedAt[record] ?? -1, said: this.notificationOffsets[record] ?? -1 };
  }

  private grow(): void {
    this.digests = doubled(this.digests);
    const seen = new Uint8Array(this.seen.length * 2);
    seen.set(this.seen);
    this.seen = seen;
  }
}
