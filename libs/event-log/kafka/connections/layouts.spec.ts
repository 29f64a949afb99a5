import { kafkaBytes } from '@mps-ledger/spec-kit';

import { DamagedAnswer } from './frames';
import { checkLayout } from './layouts';
import type { SentRequest } from './requests-in-flight';

type Decode = (body: Buffer) => Promise<unknown>;

const { frame, int16, int32, int64, int8, list, text } = kafkaBytes;
const NO_TEXT = int16(-1);
const ok = int16(0);
const WAIT = int32(0);
const topic = (...partitions: Buffer[]): Buffer => list([Buffer.concat([text('some.topic'), list(partitions)])]);
const metadataOf = (partitions: readonly (readonly [id: number, leader: number])[]): Buffer => {
  const nodes = [1, 2].map((id) => Buffer.concat([int32(id), text('broker'), int32(9092), NO_TEXT]));
  const described = partitions.map(([id, leader]) =>
    Buffer.concat([ok, int32(id), int32(leader), list([int32(1), int32(2)]), list([int32(1)]), list([])]),
  );
  const topics = list([Buffer.concat([ok, text('some.topic'), int8(0), list(described)])]);
  return Buffer.concat([WAIT, list(nodes), text('cluster'), int32(1), topics]);
};

const assignment = Buffer.concat([int16(0), topic(int32(3), int32(4)), int32(0)]);
const member = Buffer.concat([text('member'), NO_TEXT, int32(assignment.length), assignment]);

/** Kind, version, where kafkajs decodes it, and a right answer. */
const ANSWERS: readonly (readonly [name: string, apiKey: number, version: number, body: Buffer])[] = [
  ['produce', 0, 7, Buffer.concat([topic(Buffer.concat([int32(3), ok, int64(7), int64(1), int64(0)])), WAIT])],
  ['listOffsets', 2, 3, Buffer.concat([WAIT, topic(Buffer.concat([int32(3), ok, int64(-1), int64(12)]))])],
  ['metadata', 3, 6, metadataOf([[1, 2], [0, 1]])], // prettier-ignore
  ['offsetCommit', 8, 5, Buffer.concat([WAIT, topic(Buffer.concat([int32(3), ok]))])],
  ['offsetFetch', 9, 4, Buffer.concat([WAIT, topic(Buffer.concat([int32(3), int64(12), NO_TEXT, ok])), ok])],
  ['findCoordinator', 10, 2, Buffer.concat([WAIT, ok, NO_TEXT, int32(1), text('broker'), int32(9092)])],
  [
    'joinGroup',
    11,
    5,
    Buffer.concat([WAIT, ok, int32(7), text('RoundRobin'), text('member'), text('member'), list([member])]),
  ],
  ['heartbeat', 12, 3, Buffer.concat([WAIT, ok])],
  ['syncGroup', 14, 3, Buffer.concat([WAIT, ok, int32(assignment.length), assignment])],
];

const asked = (apiKey: number, apiVersion: number): SentRequest => ({
  ...{ apiKey, apiVersion, correlation: 7, sent: 0, frame: Buffer.alloc(0) },
});
const answerOf = (body: Buffer): Buffer => frame(Buffer.concat([int32(7), body]));

describe.each(ANSWERS)('the layout of an answer to %s', (name, apiKey, version, body) => {
  const request = asked(apiKey, version);
  const { decode } = jest.requireActual<{ decode: Decode }>(
    `kafkajs/src/protocol/requests/${name}/v${version}/response`,
  );

  it('is that of a right one, which kafkajs reads alike', async () => {
    expect(() => checkLayout(request, answerOf(body))).not.toThrow();
    await expect(decode(body)).resolves.toBeDefined();
  });

  it('has neither fewer bytes nor more', () => {
    for (let end = 0; end < body.length; end += 1) {
      expect(() => checkLayout(request, answerOf(body.subarray(0, end)))).toThrow(DamagedAnswer);
    }
    expect(() => checkLayout(request, answerOf(Buffer.concat([body, int8(0)])))).toThrow(DamagedAnswer);
  });

  it('has no error that Kafka does not have', async () => {
    let refused = 0;
    for (let at = 0; at + 2 <= body.length; at += 1) {
      const wrong = Buffer.from(body);
      wrong.writeInt16BE(-32_768, at);
      try {
        checkLayout(request, answerOf(wrong));
        expect(JSON.stringify(await decode(wrong))).not.toContain('rrorCode":-32768');
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedAnswer);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('is refused, or such as kafkajs can read, with any one bit of it flipped', async () => {
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const wrong = Buffer.from(body);
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      try {
        checkLayout(request, answerOf(wrong));
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedAnswer);
        continue;
      }
      await expect(decode(wrong)).resolves.toBeDefined();
    }
  });
});

describe('what an answer says of a topic', () => {
  it.each([
    ['partitions that do not count from 0 on', [[0, 1], [263, 2]]], // prettier-ignore
    ['a partition twice', [[0, 1], [0, 2]]], // prettier-ignore
    ['a leader that is no broker', [[0, 1], [1, 34]]], // prettier-ignore
  ] as const)('is not believed with %s', (_, partitions) => {
    expect(() => checkLayout(asked(3, 6), answerOf(metadataOf(partitions)))).toThrow(DamagedAnswer);
  });
});
