import type { CheckpointState } from '@mps-ledger/read-model';
import { checkLength, place, recordDigest } from './checkpoint';
import { LOG, PartitionLog, taskIdIn, workflow } from './testing/partition-log';

const log = new PartitionLog(1);
for (let n = 0; n < 5; n += 1) log.notify({ body: workflow(taskIdIn(1, `t${n}`), 'FINISH') });

/** The checkpoint of somebody who has applied everything below a position. */
function at(position: number): CheckpointState {
  const last = log.records.findLast(({ offset }) => offset < position);
  const identity = last === undefined ? null : { offset: last.offset, eventId: null, digest: recordDigest(last) };
  return { position, last: identity, rawNext: 1, rawTop: 1, underivedTo: null };
}

const offsets = (placement: ReturnType<typeof place>): number[] | string =>
  placement.kind === 'apply' ? placement.records.map(({ offset }) => offset) : placement.kind;

describe('a batch and the checkpoint', () => {
  it('applies a batch that begins at the checkpoint', () => {
    expect(offsets(place(log.batch(3, 6), at(3), LOG, true))).toEqual([3, 4, 5]);
  });

  it('trims what is applied already', () => {
    expect(offsets(place(log.batch(1, 6), at(4), LOG, true))).toEqual([4, 5]);
  });

  it('goes on at the checkpoint after a batch that is applied already', () => {
    expect(place(log.batch(1, 3), at(5), LOG, true)).toEqual({ kind: 'applied', goTo: 5 });
  });

  it('applies nothing of a batch that begins after the checkpoint, and goes back', () => {
    expect(place(log.batch(5, 8), at(4), LOG, true)).toEqual({ kind: 'ahead', goTo: 4 });
  });

  it('begins again with the last record applied where that was not seen since the partition was taken over', () => {
    expect(place(log.batch(4, 8), at(4), LOG, false)).toEqual({ kind: 'unverified', goTo: 3 });
    expect(offsets(place(log.batch(3, 6), at(4), LOG, false))).toEqual([4, 5]);
  });

  it('moves over a gap at the end of a batch that has nothing new', () => {
    const batch = { ...log.batch(3, 4), to: 9 };
    expect(offsets(place(batch, at(4), LOG, true))).toEqual([]);
  });

  it('begins an empty projection with the genesis record', () => {
    expect(offsets(place(log.batch(0, 2), at(0), LOG, true))).toEqual([0, 1]);
  });
});

describe('a log that is not the one applied', () => {
  const replaced = expect.objectContaining({ code: 'log-replaced' });
  const placing = (batch: ReturnType<typeof log.batch>, checkpoint: CheckpointState, identity = LOG) => {
    try {
      return place(batch, checkpoint, identity, true);
    } catch (error) {
      return error;
    }
  };

  it('has another record where the last applied one was', () => {
    const other = new PartitionLog(1);
    for (let n = 0; n < 5; n += 1) other.notify({ body: workflow(taskIdIn(1, `other${n}`), 'FINISH') });
    expect(placing(other.batch(3, 6), at(4))).toEqual(replaced);
  });

  it('has the same facts heard by other notifications', () => {
    const other = new PartitionLog(1);
    other.notify({ body: workflow(taskIdIn(1, 't0'), 'FINISH'), trust: 'file' });
    expect(placing(other.batch(1), at(2))).toEqual(replaced);
  });

  it('lacks the last applied record', () => {
    const batch = log.batch(3, 6);
    expect(placing({ ...batch, records: batch.records.slice(1) }, at(4))).toEqual(replaced);
  });

  it('begins without a genesis record, or with the genesis of another', () => {
    const headless = { ...log.batch(), records: log.records.slice(1) };
    expect(placing(headless, at(0))).toEqual(replaced);
    expect(placing(log.batch(), at(0), { ...LOG, logId: 'zzzzzzzzzzzz' })).toEqual(replaced);
    expect(placing(new PartitionLog(2).batch(), at(0))).toMatchObject({ kind: 'apply' });
    expect(placing({ ...new PartitionLog(2).batch(), partition: 1 }, at(0))).toEqual(replaced);
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
