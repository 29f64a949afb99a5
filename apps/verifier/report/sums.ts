import type { Sums } from '../partition/balance';
import type { Check } from './findings';

const NOTHING: Sums = {
  notifications: { raw: 0, received: 0, applied: 0 },
  events: { appended: 0, applied: 0, parked: 0, lag: 0 },
  records: { history: 0, applicable: 0 },
};

/** Compares the sums of one partition. */
export async function checkSums(
  check: Check,
  partition: number,
  { notifications, events, records } = NOTHING,
): Promise<void> {
  check.saw(events.appended);
  const { raw, received, applied } = notifications;
  if (raw !== received || received !== applied)
    await check.differs(() => ({
      what: 'as many notifications are not received as are said to be, or to be applied',
      where: { partition },
      expected: { raw, received: raw, applied: raw },
      got: notifications,
    }));
  if (events.appended !== events.applied + events.parked + events.lag)
    await check.differs(() => ({
      what: 'events appended are not those applied, parked and yet to be applied',
      where: { partition },
      expected: { 'applied + parked + lag': events.appended },
      got: events,
    }));
  if (records.history !== records.applicable)
    await check.differs(() => ({
      what: 'as many rows are not in history as records were applied',
      where: { partition },
      expected: records.applicable,
      got: records.history,
    }));
}

/** The sums of several partitions. */
export function total(all: readonly Sums[]): Sums {
  return all.reduce(
    (sum, one) => ({
      notifications: added(sum.notifications, one.notifications),
      events: added(sum.events, one.events),
      records: added(sum.records, one.records),
    }),
    NOTHING,
  );
}

function added<Numbers extends Readonly<Record<string, number>>>(a: Numbers, b: Numbers): Numbers {
  return Object.fromEntries(Object.entries(a).map(([name, number]) => [name, number + (b[name] ?? 0)])) as Numbers;
}
