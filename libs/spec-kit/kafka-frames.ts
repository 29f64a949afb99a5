/* Frames as Kafka writes them: what they are made of, and a fetch of version 11 with its answer. */

const int8 = (value: number): Buffer => Buffer.from([value & 0xff]);
const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};
const int64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);
const list = (items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);
const frame = (body: Buffer): Buffer => Buffer.concat([int32(body.length), body]);

/** Encoders of the primitive types of Kafka's protocol; `frame` puts the length before the bytes. */
export const kafkaBytes = { int8, int16, int32, int64, text, list, frame };

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = ((value << 1) ^ (value >> 31)) >>> 0; ; left >>>= 7) {
    bytes.push(left > 0x7f ? (left & 0x7f) | 0x80 : left);
    if (left <= 0x7f) return Buffer.from(bytes);
  }
}

/** Encodes records without keys and headers, as in an uncompressed batch. */
export function recordsOf(values: readonly string[]): Buffer {
  const records = values.map((value, delta) => {
    const bytes = Buffer.from(value);
    const body = Buffer.concat([int8(0), varint(0), varint(delta), varint(-1), varint(bytes.length), bytes, varint(0)]);
    return Buffer.concat([varint(body.length), body]);
  });
  return Buffer.concat(records);
}

export interface BatchShape {
  readonly base: number;
  readonly count: number;
  readonly records: Buffer;
  /** The codec in the attributes. Default 0, none. */
  readonly codec?: number;
}

/** Encoders of record batches; `checksum` is CRC-32C. */
export function batchesWith(checksum: (bytes: Uint8Array) => number) {
  const batchOf = (shape: BatchShape): Buffer => batch(shape, checksum);
  /** An uncompressed batch of values. */
  const plainBatch = (base: number, values: readonly string[]): Buffer =>
    batchOf({ base, count: values.length, records: recordsOf(values) });
  return { batchOf, plainBatch };
}

function batch({ base, count, records, codec = 0 }: BatchShape, checksum: (bytes: Uint8Array) => number): Buffer {
  const times = [int64(1_700_000_000_000), int64(1_700_000_000_000)];
  const header = [int16(codec), int32(count - 1), ...times, int64(-1), int16(-1), int32(-1), int32(count)];
  const checked = Buffer.concat([...header, records]);
  const body = Buffer.concat([int32(0), int8(2), int32(checksum(checked)), checked]);
  return Buffer.concat([int64(base), int32(body.length), body]);
}

export interface FetchShape {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly position: number }[];
}

export function fetchRequest(correlation: number, { topic, partitions }: FetchShape): Buffer {
  const wanted = partitions.map(({ partition, position }) =>
    Buffer.concat([int32(partition), int32(-1), int64(position), int64(-1), int32(1_048_576)]),
  );
  const bounds = [int32(-1), int32(100), int32(1), int32(8_388_608), int8(1), int32(0), int32(-1)];
  const header = [int16(1), int16(11), int32(correlation), text('spec')];
  const topics = list([Buffer.concat([text(topic), list(wanted)])]);
  return frame(Buffer.concat([...header, ...bounds, topics, list([]), text('')]));
}

export interface AnswerShape {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    /** High watermark, and last stable offset. */
    readonly end: number;
    readonly records: Buffer;
  }[];
}

export function fetchAnswer(correlation: number, { topic, partitions }: AnswerShape): Buffer {
  const answered = partitions.map(({ partition, end, records }) =>
    Buffer.concat([
      ...[int32(partition), int16(0), int64(end), int64(end), int64(0), int32(-1), int32(-1)],
      ...[int32(records.length), records],
    ]),
  );
  const topics = list(partitions.length === 0 ? [] : [Buffer.concat([text(topic), list(answered)])]);
  return frame(Buffer.concat([int32(correlation), int32(0), int16(0), int32(0), topics]));
}
