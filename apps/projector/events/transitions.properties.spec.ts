import * as fc from 'fast-check';
import { bytesText, taskKey, transitionRow } from '@mps-ledger/read-model';
import type { TransitionRow } from '@mps-ledger/read-model';
import { anyDerivingSteps, anyNotificationsAbout, checkProperty } from '@mps-ledger/spec-kit';
import { fold, initialState, isSameStanding, taskStanding, TRUSTS } from '@mps-ledger/tasks';
import type { TaskStanding, TaskEvent } from '@mps-ledger/tasks';
import { toEventRecord } from '@mps-ledger/records';
import { derivedBy, PARTITION, rawsOf, TASKS } from '../testing/derived-again';
import { PartitionLog } from '../testing/partition-log';
import { projected } from '../testing/projected';

const anySent = anyNotificationsAbout(TASKS).chain((sent) =>
  fc
    .array(fc.constantFrom(...TRUSTS), { minLength: sent.length, maxLength: sent.length })
    .map((trusts) => sent.map((one, n) => ({ ...one, trust: trusts[n] ?? 'file' }))),
);
const anyDerived = fc.tuple(anySent.map(rawsOf), anyDerivingSteps).map(([parts, steps]) => derivedBy(steps, parts));
/** No deriver writes in this order, in which notifications lie half within others. */
const anyMixed = anyDerived.chain((events) =>
  fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length }),
);
const anyLog = fc.oneof(anyDerived, anyMixed);
const anyCuts = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 6 });

/** The log as records, behind the genesis record, and which of them are parked. */
function recorded(events: readonly TaskEvent[], unfit: readonly number[]) {
  const log = new PartitionLog(PARTITION).append(...events.map(toEventRecord));
  const reasons = new Map(unfit.map((n) => [1 + (n % events.length), 'unfit']));
  return { log, park: { reasons, isMinimal: false } };
}

/** By definition: after each first `notification.received` that leaves nothing half, the fold of all before it. */
function byDefinition({ log, park: { reasons } }: ReturnType<typeof recorded>, events: readonly TaskEvent[]) {
  const rows: TransitionRow[] = [];
  const standings = new Map<string, TaskStanding>();
  const received = new Set<number>();
  const at = (index: number) => ({ offset: index + 1, isParked: reasons.has(index + 1) });
  for (const [index, event] of events.entries()) {
    const { task_id: taskId, account } = event.data;
    const { rawOffset } = event.hearing;
    const { offset, isParked } = at(index);
    if (event.type !== 'notification.received' || isParked || received.has(rawOffset)) continue;
    received.add(rawOffset);
    if (taskId === undefined) continue;
    const before = events.slice(0, index + 1).map((one, n) => ({ event: one, ...at(n) }));
    const own = before.filter((one) => one.event.data.task_id === taskId);
    const ended = new Set(
      before.flatMap((one) => (one.event.type === event.type ? [one.event.hearing.rawOffset] : [])),
    );
    if (own.some((one) => !ended.has(one.event.hearing.rawOffset))) continue;
    const applied = own.filter((one) => !one.isParked).map((one) => one.event);
    const state = fold(initialState, applied);
    const standing = taskStanding(state, own.length - applied.length);
    const previous = standings.get(taskId) ?? null;
    if (isSameStanding(standing, previous)) continue;
    standings.set(taskId, standing);
    const firsts = applied.filter((one) => one.type === event.type).map((one) => one.hearing.rawOffset);
    rows.push(
      transitionRow({
        ...{ record: log.records[offset]!, rawOffset, task: bytesText(taskKey(account, taskId)), account, taskId },
        ...{ state, standing, previous, version: new Set(firsts).size },
      }),
    );
  }
  return rows;
}

test('the transitions are those of the log, record for record, however it is cut into batches and whatever is parked', () => {
  let found = 0;
  checkProperty(
    fc.property(
      ...([anyLog, fc.array(fc.nat(), { maxLength: 3 }), anyCuts, fc.nat({ max: 6 })] as const),
      (events, unfit, cuts, limit) => {
        const given = recorded(events, unfit);
        const expected = byDefinition(given, events);
        found += expected.length;
        expect(projected(given.log, cuts, limit, given.park).transitions).toEqual(expected);
        expect(projected(given.log, [1_000], 1_000, given.park).transitions).toEqual(expected);
      },
    ),
    300,
  );
  expect(found).toBeGreaterThan(0);
});
