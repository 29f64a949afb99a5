import { createHash } from 'node:crypto';
import { Derivation } from './derivation';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const id = (text: string): Buffer => Buffer.from(digest(text), 'hex');

/** Raw records at offsets with gaps, of so many events each. */
function derivation(...counts: readonly number[]): Derivation {
  const made = new Derivation();
  counts.forEach((count, n) => {
    const digests = Array.from({ length: count }, (_, place) => digest(`${n}/${place}`));
    made.add(n * 3 + 1, id(`${n}`), digests, null);
  });
  return made;
}

describe('what must be on the event log', () => {
  it('is found by raw offset and digest, whichever way around it comes', () => {
    const must = derivation(3, 700, 2);
    expect([0, 1, 2, 4, 7, 8].map((offset) => must.recordAt(offset))).toEqual([-1, 0, -1, 1, 2, -1]);
    for (let place = 699; place >= 0; place -= 1)
      expect(must.meet(1, digest(`1/${place}`))).toMatchObject({ record: 1, isFirst: true });
    expect(must.meet(1, digest('1/5'))).toMatchObject({ isFirst: false });
    expect(must.meet(1, digest('0/1'))).toBeNull();
    expect([0, 1, 2].map((record) => must.missingOf(record).length)).toEqual([3, 0, 2]);
  });

  it('ends with the last of its raw record, once all others were met', () => {
    const must = derivation(3);
    const meet = (place: number) => must.endsRecord(must.meet(0, digest(`0/${place}`))!);
    expect(meet(0)).toEqual({ isLast: false, isComplete: false });
    expect(meet(2)).toEqual({ isLast: true, isComplete: false });
    expect(meet(0)).toEqual({ isLast: false, isComplete: false });
    expect(meet(1)).toEqual({ isLast: false, isComplete: true });
    expect(must.missingOf(0)).toEqual([]);
  });

  it('takes the last event of a raw record as an earlier build derived it, and no other event', () => {
    const must = new Derivation();
    for (let n = 0; n < 3_000; n += 1)
      must.add(
        n + 1,
        id(`${n}`),
        [digest(`${n}/0`), digest(`${n}/1`)],
        null,
        n % 2 === 0 ? digest(`${n}/old`) : undefined,
      );
    for (const record of [0, 2_998]) {
      expect(must.meet(record, digest(`${record}/0`))).toMatchObject({ isFirst: true });
      expect(must.endsRecord(must.meet(record, digest(`${record}/old`))!)).toEqual({ isLast: true, isComplete: true });
      expect(must.meet(record, digest(`${record}/1`))).toMatchObject({ isFirst: false });
      expect(must.missingOf(record)).toEqual([]);
    }
    expect(must.meet(1, digest('1/old'))).toBeNull();
    expect(must.meet(2, digest('0/old'))).toBeNull();
  });

  it('counts a notification once whose raw record was appended twice', () => {
    const must = new Derivation();
    for (const [offset, name] of [
      [1, 'a'],
      [2, 'a'],
      [3, 'b'],
    ] as const)
      must.add(offset, id(name), [digest(name)], null);
    expect([0, 1, 2, 3].map((records) => must.notificationsBefore(records))).toEqual([0, 1, 1, 2]);
    expect([0, 1].map((notification) => must.firstOffsetOf(notification))).toEqual([1, 3]);
  });

  it('keeps the first place where a notification.received was applied', () => {
    const must = derivation(1, 1);
    expect([must.applied(0, 5), must.applied(0, 9)]).toEqual([true, false]);
    expect([0, 1].map((record) => must.notificationOf(record).applied)).toEqual([5, -1]);
  });
});
