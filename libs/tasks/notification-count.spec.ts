import { NotificationCount } from './index';

const half = (rawOffset: number) => ({ rawOffset, isLast: false, isApplied: true });
const last = (rawOffset: number, isApplied = true) => ({ rawOffset, isLast: true, isApplied });

describe('the notifications of a task', () => {
  it('count once, at their first applied last record', () => {
    const count = new NotificationCount();
    expect([half(1), last(1), half(1), last(1), last(3), last(2)].map((record) => count.add(record))).toEqual([
      ...[false, true, false, false, true, true],
    ]);
    expect([count.version, count.half]).toEqual([3, []]);
  });

  it('are incomplete until their last record, and do not count where it is parked', () => {
    const count = new NotificationCount();
    for (const record of [half(12), half(9), half(10), last(10, false), { ...half(0), rawOffset: null }])
      count.add(record);
    expect([count.version, count.half]).toEqual([0, [9, 12]]);
  });

  it('are not incomplete again by a record that is repeated after the end', () => {
    const count = new NotificationCount();
    for (const record of [half(1), last(1), half(1)]) count.add(record);
    expect(count.half).toEqual([]);
  });
});
