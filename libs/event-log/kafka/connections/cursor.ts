/** Reads the primitive types of Kafka's protocol one after the other. Throws a `RangeError` where there are no more bytes. */
export class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at = 0,
  ) {}

  skip(bytes: number): void {
    this.at += bytes;
    if (this.at > this.bytes.length) throw new RangeError(`${bytes} bytes where fewer follow`);
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  /** One that is too large for a number comes as near to it as numbers do. */
  int64(): number {
    this.at += 8;
    return Number(this.bytes.readBigInt64BE(this.at - 8));
  }

  text(): string {
    const length = lengthOf(this.int16(), 'a text');
    this.skip(length);
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  skipBlock(): void {
    this.skip(lengthOf(this.int32(), 'a block'));
  }

  /** As many items as the array says that it has; none where it is null. */
  array<Item>(read: () => Item): Item[] {
    const items: Item[] = [];
    const length = this.int32();
    if (length < -1) throw new RangeError(`an array of ${length} items`);
    // Each item takes some of the bytes, so that a number of them which is wrong ends with those.
    while (items.length < length) items.push(read());
    return items;
  }
}

/** −1 stands for none. */
function lengthOf(length: number, what: string): number {
  if (length < -1) throw new RangeError(`${what} of ${length} bytes`);
  return Math.max(0, length);
}
