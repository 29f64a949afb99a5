import { checkLength, compareToCheckpoint, recordDigest } from './checkpoint';
import type { ConsumerCheckpoint } from './projection';
import { LOG, RecordLog } from './testing/record-log';

const log = new RecordLog(1);
for (let n = 0; n < 10; n += 1) log.say(`key${n}`, 'value');

/** The checkpoint after everything below a position was applied. */
function at(position: number): ConsumerCheckpoint {
  const last = log.records.findLast(({ offset }) => offset < position);
  return { position, last: last === undefined ? null : { offset: last.offset, digest: recordDigest(last) } };
}

const offsets = (comparison: ReturnType<typeof compareToCheckpoint>): number[] | string =>
  comparison.kind === 'apply' ? comparison.records.map(({ offset }) => offset) : comparison.kind;

describe('a batch and the checkpoint', () => {
  it('applies a batch that begins at the checkpoint', () => {
    expect(offsets(compareToCheckpoint(log.batch(3, 6), at(3), LOG, true))).toEqual([3, 4, 5]);
  });

  it('trims what is applied already', () => {
    expect(offsets(compareToCheckpoint(log.batch(1, 6), at(4), LOG, true))).toEqual([4, 5]);
  });

  it('continues at the checkpoint after a batch that is applied already', () => {
    expect(compareToCheckpoint(log.batch(1, 3), at(5), LOG, true)).toEqual({ kind: 'already-applied', resumeAt: 5 });
  });

  it('applies nothing of a batch that begins after the checkpoint, and seeks back', () => {
    expect(compareToCheckpoint(log.batch(5, 8), at(4), LOG, true)).toEqual({ kind: 'ahead', resumeAt: 4 });
  });

  it('continues at the last applied record where that was not read again since the partition was taken over', () => {
    expect(compareToCheckpoint(log.batch(4, 8), at(4), LOG, false)).toEqual({ kind: 'unverified', resumeAt: 3 });
    expect(offsets(compareToCheckpoint(log.batch(3, 6), at(4), LOG, false))).toEqual([4, 5]);
  });

  it('moves over a gap at the end of a batch without new records', () => {
    const batch = { ...log.batch(3, 4), to: 9 };
    expect(offsets(compareToCheckpoint(batch, at(4), LOG, true))).toEqual([]);
  });

  it('begins an empty projection with the genesis record', () => {
    expect(offsets(compareToCheckpoint(log.batch(0, 2), at(0), LOG, true))).toEqual([0, 1]);
  });
});

describe('a log that is not the one applied', () => {
  const replaced = expect.objectContaining({ code: 'log-replaced' });
  const placing = (batch: ReturnType<typeof log.batch>, checkpoint: ConsumerCheckpoint, identity = LOG) => {
    try {
      return compareToCheckpoint(batch, checkpoint, identity, true);
    } catch (error) {
      return error;
    }
  };

  it('has another record where the last applied one was', () => {
    const other = new RecordLog(1);
    for (let n = 0; n < 10; n += 1) other.say(`other${n}`, 'value');
    expect(placing(other.batch(3, 6), at(4))).toEqual(replaced);
  });

  it('has the same key and value with other headers', () => {
    const other = new RecordLog(1);
    other.append({ ...log.records[1]!, headers: { from: 'elsewhere' } });
    expect(placing(other.batch(1), at(2))).toEqual(replaced);
  });

  it('lacks the last applied record', () => {
    const batch = log.batch(3, 6);
    expect(placing({ ...batch, records: batch.records.slice(1) }, at(4))).toEqual(replaced);
  });

  it('begins without a genesis record, or with the genesis record of another log or partition', () => {
    const headless = { ...log.batch(), records: log.records.slice(1) };
    expect(placing(headless, at(0))).toEqual(replaced);
    expect(placing(log.batch(), at(0), { ...LOG, logId: 'zzzzzzzzzzzz' })).toEqual(replaced);
    expect(placing(new RecordLog(2).batch(), at(0))).toMatchObject({ kind: 'apply' });
    expect(placing({ ...new RecordLog(2).batch(), partition: 1 }, at(0))).toEqual(replaced);
  });

  it('begins with the genesis record of other generations', () => {
    const fresh = { ...at(0), last: null };
    expect(placing(log.batch(0, 3), fresh, LOG)).not.toEqual(replaced);
    expect(placing(log.batch(0, 3), fresh, { ...LOG, logGeneration: 2 })).toEqual(replaced);
    expect(placing(log.batch(0, 3), fresh, { ...LOG, eventGeneration: 2 })).toEqual(replaced);
  });

  it('is shorter than what was applied', () => {
    const where = { topic: 't', partition: 1 };
    expect(() => checkLength(where, 5, 4)).toThrow(replaced);
    expect(() => checkLength(where, 5, undefined)).toThrow(replaced);
    expect(() => checkLength(where, 5, 5)).not.toThrow();
  });
});

describe('the identity of a record', () => {
  const record = { key: Buffer.from('k'), value: Buffer.from('v'), headers: { a: '1', b: '2' } };

  it('does not depend on the order of its headers', () => {
    expect(recordDigest({ ...record, headers: { b: '2', a: '1' } })).toBe(recordDigest(record));
  });

  it.each([
    ['key', { ...record, key: null }],
    ['an empty key', { ...record, key: Buffer.alloc(0) }],
    ['value', { ...record, value: Buffer.from('w') }],
    ['no value', { ...record, value: null }],
    ['header', { ...record, headers: { a: '1', b: '3' } }],
    ['border between two headers', { ...record, headers: { a: '1b', '': '2' } }],
    ['header more', { ...record, headers: { a: '1', b: '2', c: '' } }],
  ])('differs by %s', (_, other) => {
    expect(recordDigest(other)).not.toBe(recordDigest(record));
  });
});
