import { murmur2, partitionOf } from './partitioner';

/** From Kafka's own UtilsTest.testMurmur2. */
const KAFKA_VECTORS: readonly [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

describe('the partitioner', () => {
  it.each(KAFKA_VECTORS)('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('never answers a negative partition', () => {
    expect(partitionOf('foobar', 12)).toBe((-790332482 & 0x7fffffff) % 12);
  });

  it('takes a string for its UTF-8 bytes', () => {
    expect(partitionOf('任务-1', 1000)).toBe(partitionOf(Buffer.from('任务-1', 'utf8'), 1000));
  });
});
