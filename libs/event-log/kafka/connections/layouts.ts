import { Cursor } from './cursor';
import { DamagedAnswer } from './frames';
import type { SentRequest } from './requests-in-flight';

/** Reads one answer, of a version, to its end. */
interface Layout {
  readonly name: string;
  readonly read: (cursor: Cursor, version: number) => void;
}

/** The error codes of Kafka; kafkajs knows those up to 88, and fails at once on any other. */
const [LEAST_ERROR, MOST_ERROR] = [-1, 133];

/** By the kind of their requests: those that clients depend on, in the versions that kafkajs 2.2.4 uses. */
const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [0, { name: 'Produce', read: produce }],
  [2, { name: 'ListOffsets', read: listOffsets }],
  [3, { name: 'Metadata', read: metadata }],
  [8, { name: 'OffsetCommit', read: offsetCommit }],
  [9, { name: 'OffsetFetch', read: offsetFetch }],
  [10, { name: 'FindCoordinator', read: findCoordinator }],
  [11, { name: 'JoinGroup', read: joinGroup }],
  [12, { name: 'Heartbeat', read: heartbeat }],
  [14, { name: 'SyncGroup', read: syncGroup }],
]);

/**
 * Throws `DamagedAnswer` unless an answer has the layout of its kind, byte for byte, and no error code that no broker has:
 * kafkajs would end a consumer, or wait for what never comes.
 */
export function checkLayout({ apiKey, apiVersion }: SentRequest, answer: Buffer): void {
  const layout = LAYOUTS.get(apiKey);
  if (layout === undefined) return;
  try {
    const cursor = new Cursor(answer, 8);
    layout.read(cursor, apiVersion);
    if (cursor.at !== answer.length)
      throw new RangeError(`${answer.length} bytes, of which ${cursor.at} were announced`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DamagedAnswer(`the answer to ${layout.name} is malformed: ${reason}`);
  }
}

function produce(cursor: Cursor, version: number): void {
  // Where it was appended, when, and where the log begins.
  topics(cursor, () => readError(cursor), version >= 5 ? 24 : version >= 2 ? 16 : 8);
  cursor.skip(version >= 1 ? 4 : 0);
}

function listOffsets(cursor: Cursor, version: number): void {
  throttle(cursor, version >= 2);
  topics(cursor, () => readError(cursor), 16);
}

function metadata(cursor: Cursor, version: number): void {
  throttle(cursor, version >= 3);
  const nodes = cursor.array(() => {
    const node = cursor.int32();
    cursor.text();
    cursor.skip(4);
    if (version >= 1) cursor.text();
    return node;
  });
  if (version >= 2) cursor.text();
  cursor.skip(version >= 1 ? 4 : 0);
  cursor.array(() => {
    readError(cursor);
    const topic = cursor.text();
    cursor.skip(version >= 1 ? 1 : 0);
    const partitions = cursor.array(() => metadataOfPartition(cursor, version, nodes)).sort((a, b) => a - b);
    if (partitions.some((partition, index) => partition !== index))
      throw new RangeError(`${topic} with partitions ${partitions.join(', ')}`);
  });
}

function metadataOfPartition(cursor: Cursor, version: number, nodes: readonly number[]): number {
  const error = readError(cursor);
  const partition = cursor.int32();
  const leader = cursor.int32();
  if (error === 0 && !nodes.includes(leader)) throw new RangeError(`a leader, ${leader}, that is no broker`);
  // Replicas, those in sync, those offline.
  for (let lists = version >= 5 ? 3 : 2; lists > 0; lists -= 1) cursor.array(() => cursor.skip(4));
  return partition;
}

function offsetCommit(cursor: Cursor, version: number): void {
  throttle(cursor, version >= 3);
  topics(cursor, () => readError(cursor), 0);
}

function offsetFetch(cursor: Cursor, version: number): void {
  throttle(cursor, version >= 3);
  topics(
    cursor,
    () => {
      cursor.skip(8);
      cursor.text();
      readError(cursor);
    },
    0,
  );
  if (version >= 2) readError(cursor);
}

function findCoordinator(cursor: Cursor, version: number): void {
  throttle(cursor, version >= 1);
  readError(cursor);
  if (version >= 1) cursor.text();
  cursor.skip(4);
  cursor.text();
  cursor.skip(4);
}

function joinGroup(cursor: Cursor, version: number): void {
  throttle(cursor, version >= 2);
  readError(cursor);
  // Generation; then protocol, leader and member.
  cursor.skip(4);
  for (let texts = 3; texts > 0; texts -= 1) cursor.text();
  cursor.array(() => {
    cursor.text();
    if (version >= 5) cursor.text();
    cursor.skipBlock();
  });
}

function heartbeat(cursor: Cursor, version: number): void {
  throttle(cursor, version >= 1);
  readError(cursor);
}

function syncGroup(cursor: Cursor, version: number): void {
  heartbeat(cursor, version);
  cursor.skipBlock();
}

function throttle(cursor: Cursor, isThere: boolean): void {
  cursor.skip(isThere ? 4 : 0);
}

/** Topics by name, and of each its partitions by number, each with so many bytes after what is read of it. */
function topics(cursor: Cursor, readPartition: () => void, after: number): void {
  cursor.array(() => {
    cursor.text();
    cursor.array(() => {
      cursor.skip(4);
      readPartition();
      cursor.skip(after);
    });
  });
}

function readError(cursor: Cursor): number {
  const error = cursor.int16();
  if (error < LEAST_ERROR || error > MOST_ERROR) throw new RangeError(`error ${error}, which Kafka does not have`);
  return error;
}
