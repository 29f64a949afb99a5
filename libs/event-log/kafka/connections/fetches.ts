import { Cursor } from './cursor';

/** Before the body of an answer: its length, and the correlation id. */
const ANSWER_BODY_AT = 8;
/** Before the client id of a request: its length, kind, version and correlation id. */
const CLIENT_ID_AT = 12;

/** Name and number of a partition, as one text. */
export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

export interface AskedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
}

/** What a fetch request asks for, by `keyOf`. Of versions 4 to 11, as kafkajs writes them: all partitions each time. */
export function readFetchRequest(request: Buffer, version: number): ReadonlyMap<string, AskedPartition> {
  const asked = new Map<string, AskedPartition>();
  const cursor = new Cursor(request, CLIENT_ID_AT);
  cursor.text();
  // Replica, wait, least and most bytes, isolation; then session and epoch.
  cursor.skip(4 + 4 + 4 + 4 + 1 + (version >= 7 ? 8 : 0));
  cursor.array(() => {
    const topic = cursor.text();
    cursor.array(() => {
      const partition = cursor.int32();
      cursor.skip(version >= 9 ? 4 : 0);
      const position = cursor.int64();
      cursor.skip((version >= 5 ? 8 : 0) + 4);
      asked.set(keyOf(topic, partition), { topic, partition, position });
    });
  });
  return asked;
}

export interface AnsweredPartition {
  readonly key: string;
  readonly error: number;
  /** High watermark and last stable offset. */
  readonly ends: readonly [number, number];
  /** −1: none. */
  readonly preferredReplica: number;
  /** Where the length of its records is, and where they end. */
  readonly recordsAt: number;
  readonly recordsEnd: number;
}

export interface FetchAnswer {
  readonly error: number;
  readonly partitions: readonly AnsweredPartition[];
}

/** Takes the answer to a fetch of versions 4 to 11 apart. Throws where it has more bytes or fewer than it says. */
export function readFetchAnswer(answer: Buffer, version: number): FetchAnswer {
  const cursor = new Cursor(answer, ANSWER_BODY_AT);
  // How long to wait before the next request.
  cursor.skip(4);
  const error = version >= 7 ? cursor.int16() : 0;
  cursor.skip(version >= 7 ? 4 : 0);
  const partitions = cursor.array(() => {
    const topic = cursor.text();
    return cursor.array(() => readPartition(cursor, topic, version));
  });
  if (cursor.at !== answer.length) throw new RangeError(`${answer.length} bytes, of which ${cursor.at} were announced`);
  return { error, partitions: partitions.flat() };
}

function readPartition(cursor: Cursor, topic: string, version: number): AnsweredPartition {
  const key = keyOf(topic, cursor.int32());
  const error = cursor.int16();
  const ends = [cursor.int64(), cursor.int64()] as const;
  cursor.skip(version >= 5 ? 8 : 0);
  cursor.array(() => cursor.skip(16));
  const preferredReplica = version >= 11 ? cursor.int32() : -1;
  const recordsAt = cursor.at;
  const length = Math.max(0, cursor.int32());
  cursor.skip(length);
  return { key, error, ends, preferredReplica, recordsAt, recordsEnd: cursor.at };
}
