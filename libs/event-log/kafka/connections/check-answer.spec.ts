import { gzipSync } from 'node:zlib';

import { batchesWith, fetchAnswer, fetchRequest, recordsOf } from '@mps-ledger/spec-kit';

import { checkAnswer } from './check-answer';
import { crc32c } from './crc32c';
import { Damages, type Damage } from './damages';
import { DamagedAnswer } from './frames';
import type { SentRequest } from './requests-in-flight';

const TOPIC = 'some.topic';
const { batchOf, plainBatch } = batchesWith(crc32c);

/** How kafkajs reads it. */
interface Decoded {
  readonly clientSideThrottleTime: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly DecodedPartition[];
  }[];
}
interface DecodedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly preferredReadReplica: number;
  readonly messages: readonly Message[];
}
interface Message {
  readonly offset: string;
  readonly value: Buffer;
  readonly timestamp: string;
}
const { decode } = jest.requireActual<{ decode: (body: Buffer) => Promise<Decoded> }>(
  'kafkajs/src/protocol/requests/fetch/v11/response',
);

/** Every record that kafkajs hands over of an answer, from the positions that were asked for on. */
async function seenIn(answer: Buffer, positions: readonly number[]): Promise<string[][]> {
  const { responses } = await decode(answer.subarray(8));
  const partitions = responses.flatMap(({ topicName, partitions: all }) => all.map((one) => ({ topicName, ...one })));
  return partitions.map(({ topicName, partition, messages }) =>
    messages
      .filter(({ offset }) => Number(offset) >= (positions[partition] ?? 0))
      .map(({ offset, value, timestamp }) => `${topicName}/${partition}@${offset}: ${String(value)} ${timestamp}`),
  );
}

/** What kafkajs would act upon beside records: for how long it lets a broker alone, where it fetches from then on, what it fails with. */
async function ordersIn(answer: Buffer): Promise<{ wait: number; replicas: number[]; errors: number[] }> {
  const { clientSideThrottleTime: wait, responses } = await decode(answer.subarray(8));
  const partitions = responses.flatMap((one) => one.partitions);
  const replicas = partitions.map(({ preferredReadReplica }) => preferredReadReplica);
  return { wait, replicas, errors: partitions.map(({ errorCode }) => errorCode) };
}

/** Answers about a leader that moved, a topic or an offset that does not exist: the caller handles them. */
const HARMLESS = [0, 1, 3, 5, 6];

const ENDS = [13, 7];

function asked(...positions: number[]): SentRequest {
  const partitions = positions.map((position, partition) => ({ partition, position }));
  const frame = fetchRequest(7, { topic: TOPIC, partitions });
  return { apiKey: 1, apiVersion: 11, correlation: 7, sent: 0, frame };
}

function answered(...records: Buffer[]): Buffer {
  const partitions = records.map((one, partition) => ({ partition, end: ENDS[partition] ?? 0, records: one }));
  return fetchAnswer(7, { topic: TOPIC, partitions });
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

let damages: Damages;
let reported: Damage[];
const check = (request: SentRequest, answer: Buffer): Buffer => checkAnswer(request, answer, damages);

describe('the answer to a fetch', () => {
  beforeEach(() => {
    damages = new Damages();
    reported = [];
    damages.onDamage((damage) => reported.push(damage));
  });

  const batches = [plainBatch(10, ['a', 'b']), plainBatch(12, ['c'])];
  const right = answered(Buffer.concat(batches), plainBatch(4, ['x', 'y', 'z']), Buffer.alloc(0));

  it('is passed on as it is where nothing is wrong with it', async () => {
    expect(check(asked(10, 4, 0), right)).toBe(right);
    expect((await seenIn(right, [10, 4, 0])).flat()).toHaveLength(6);
  });

  it.each([
    ['from the first offset of a batch', [10, 4, 0]],
    ['from the middle of one', [11, 6, 0]],
  ])('%s is refused, or says the same, with any one bit of it flipped', async (_, positions) => {
    const request = asked(...positions);
    const expected = await seenIn(check(request, right), positions);
    let refused = 0;
    for (let bit = 0; bit < right.length * 8; bit += 1) {
      damages = new Damages();
      const answer = flipped(right, bit);
      // The length and the correlation id are checked before (frames.ts, requests-in-flight.ts).
      if (bit < 64) continue;
      try {
        const seen = await seenIn(check(request, answer), positions);
        // Or less of it, where a length made the last batch look cut off: it is fetched again.
        expect(seen).toEqual(expected.map((texts, partition) => texts.slice(0, seen[partition]?.length)));
        const { wait, replicas, errors } = await ordersIn(check(request, answer));
        expect(wait).toBeLessThanOrEqual(5_000);
        expect(replicas).toEqual([-1, -1, -1]);
        for (const error of errors) expect(HARMLESS).toContain(error);
      } catch (error) {
        if (!(error instanceof DamagedAnswer)) throw new Error(`bit ${bit}`, { cause: error });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });

  it('is reported as damaged, once it is damaged over another connection, too', () => {
    const wrong = answered(flipped(Buffer.concat(batches), 8 * 70));
    expect(() => check(asked(10), wrong)).toThrow(/from 10 on: a record batch with checksum/);
    expect(reported).toEqual([]);
    expect(() => check(asked(10), wrong)).toThrow(DamagedAnswer);
    expect(reported).toMatchObject([{ topic: TOPIC, partition: 0, position: 10 }]);
    check(asked(10), answered(Buffer.concat(batches)));
    expect(() => check(asked(10), wrong)).toThrow(DamagedAnswer);
    expect(reported).toHaveLength(1);
  });

  it('has what comes before a batch that stays wrong, and then stops there', async () => {
    const wrong = answered(Buffer.concat([batches[0]!, flipped(batches[1]!, 8 * 65)]), plainBatch(4, ['x']));
    expect(() => check(asked(10, 4), wrong)).toThrow(DamagedAnswer);
    expect((await seenIn(check(asked(10, 4), wrong), [10, 4])).flat()).toHaveLength(3);
    expect(reported).toMatchObject([{ position: 12 }]);
  });

  it('without records is accepted with an error or another replica once it was received twice', () => {
    const quiet = answered(Buffer.alloc(0));
    const [errorAt, replicaAt] = [quiet.length - 38, quiet.length - 8];
    for (const [at, value] of [
      [errorAt, -32_768],
      [errorAt, 8],
      [replicaAt, 0x4000],
    ] as const) {
      damages = new Damages();
      const wrong = Buffer.from(quiet);
      wrong.writeInt16BE(value, at);
      expect(() => check(asked(13), wrong)).toThrow(DamagedAnswer);
      // Right meanwhile: what was said before is forgotten.
      expect(check(asked(13), quiet)).toBe(quiet);
      expect(() => check(asked(13), wrong)).toThrow(DamagedAnswer);
      expect(check(asked(13), wrong)).toBe(wrong);
    }
    const moved = Buffer.from(quiet);
    moved.writeInt16BE(6, errorAt);
    expect(check(asked(13), moved)).toBe(moved);
  });

  it('that may begin in the middle of its only batch is accepted once it was received twice', () => {
    const middle = fetchAnswer(7, { topic: TOPIC, partitions: [{ partition: 0, end: 99, records: batches[0]! }] });
    expect(() => check(asked(11), middle)).toThrow(/10 to 11 where 11 was asked for/);
    expect(check(asked(11), middle)).toBe(middle);
    const next = fetchAnswer(7, { topic: TOPIC, partitions: [{ partition: 0, end: 99, records: batches[1]! }] });
    expect(check(asked(12), next)).toBe(next);
  });

  it('with a gap, as compaction leaves it, is accepted once it was received twice', () => {
    const gap = answered(Buffer.concat([batches[0]!, plainBatch(20, ['later'])]));
    expect(() => check(asked(10), gap)).toThrow(/20 to 20 after a gap/);
    expect(check(asked(10), gap)).toBe(gap);
    expect(() => check(asked(10), answered(Buffer.concat([batches[0]!, plainBatch(21, ['later'])])))).toThrow();
  });

  it.each<[string, Buffer]>([
    [
      'of another partition',
      fetchAnswer(7, { topic: TOPIC, partitions: [{ partition: 3, end: 9, records: batches[0]! }] }),
    ],
    [
      'of another topic',
      fetchAnswer(7, { topic: 'another', partitions: [{ partition: 0, end: 9, records: batches[0]! }] }),
    ],
    ['with offsets from before', answered(plainBatch(2, ['old']))],
    ['with offsets twice', answered(Buffer.concat([batches[0]!, plainBatch(11, ['again'])]))],
    ['with a first batch that is cut off', answered(batches[0]!.subarray(0, -1))],
    ['with a few bytes only', answered(Buffer.from([1, 2, 3]))],
    ['with more bytes than it says', Buffer.concat([answered(batches[0]!), Buffer.alloc(3)])],
  ])('is refused %s', (_, answer) => {
    expect(() => check(asked(10), answer)).toThrow(DamagedAnswer);
  });

  it('may have a last batch that is cut off, anywhere', () => {
    for (let end = 1; end < batches[1]!.length; end += 1) {
      damages.clear(TOPIC, 0, 0, 10);
      const cut = answered(Buffer.concat([batches[0]!, batches[1]!.subarray(0, end)]));
      expect(check(asked(10), cut)).toBe(cut);
    }
  });

  it('may have nothing at all, where the broker throttles', () => {
    const nothing = fetchAnswer(7, { topic: TOPIC, partitions: [] });
    expect(check(asked(10), nothing)).toBe(nothing);
    nothing.writeInt32BE(16_384, 8);
    expect(check(asked(10), nothing).readInt32BE(8)).toBe(5_000);
    nothing.writeInt32BE(86_400_000, 8);
    expect(() => check(asked(10), nothing)).toThrow(/a throttle time of 86400000 ms/);
  });

  it('is no longer compressed', async () => {
    const values = ['one', '', 'x'.repeat(10_000)];
    const compressed = batchOf({ base: 10, count: 3, codec: 1, records: gzipSync(recordsOf(values)) });
    const checked = check(
      asked(10, 4),
      answered(Buffer.concat([compressed, plainBatch(13, ['after'])]), batches[0]!.subarray(0, 0)),
    );
    expect(checked.readInt32BE(0)).toBe(checked.length - 4);
    const seen = (await seenIn(checked, [10, 4])).flat();
    expect(seen).toHaveLength(4);
    expect(seen[2]).toContain(values[2]!);
  });

  it('is bounded in what comes of it, and says so', () => {
    const bomb = batchOf({ base: 10, count: 1, codec: 1, records: gzipSync(Buffer.alloc(65 * 1024 * 1024)) });
    expect(() => check(asked(10), answered(bomb))).toThrow(/cannot be decompressed/);
    const half = batchOf({ base: 10, count: 1, codec: 1, records: gzipSync(Buffer.alloc(40 * 1024 * 1024)) });
    const next = batchOf({ base: 11, count: 1, codec: 1, records: gzipSync(Buffer.alloc(40 * 1024 * 1024)) });
    const checked = check(asked(10), answered(Buffer.concat([half, next])));
    expect(checked.length).toBeLessThan(45 * 1024 * 1024);
  });

  it('that cannot be decompressed is reported like a damaged one', () => {
    const unknown = answered(batchOf({ base: 10, count: 1, codec: 5, records: Buffer.alloc(9) }));
    for (let times = 0; times < 2; times += 1) expect(() => check(asked(10), unknown)).toThrow(/no codec 5/);
    expect(reported).toHaveLength(1);
  });
});
