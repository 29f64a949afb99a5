import * as fc from 'fast-check';
import { anyEvent, checkProperty, event } from '@mps-ledger/spec-kit';
import {
  contestKey,
  Contests,
  describeTask,
  EXPLAINED_NAMES,
  explainedValues,
  fold,
  initialState,
  LOST_BY,
  TRUSTS,
} from './index';
import type { ExplainedValues, TaskEvent, TaskView } from './index';

function explain(events: readonly TaskEvent[]) {
  const view = describeTask(fold(initialState, events), 0);
  const values = explainedValues(view);
  const contests = new Contests<number>(new Set(values.map(({ source }) => contestKey(source.subtask, source.value))));
  for (const [index, event] of events.entries()) contests.add(event, index);
  return { view, values, contestOf: ({ source }: ExplainedValues) => contests.of(source.subtask, source.value) };
}

/** A shown value of a task, by its name. */
function valueOf(view: TaskView, subtask: string | null, name: string): unknown {
  const part = subtask === null ? view : view.subtasks.find(({ key }) => key === subtask);
  const [member = '', ...rest] = name.split('/');
  const value = (part as unknown as Record<string, unknown> | undefined)?.[member];
  return rest.length === 0 ? value : (value as Record<string, unknown> | null | undefined)?.[rest.join('/')];
}

const events = fc.array(anyEvent, { maxLength: 25 });

describe('why a value is shown', () => {
  it('is known of every value that is shown, but of a status that nobody has reported', () => {
    checkProperty(
      fc.property(events, (all) => {
        const { view, values, contestOf } = explain(all);
        for (const one of values) {
          if (one.shown['status'] !== 'unknown' && one.rule !== 'computed') expect(contestOf(one)).not.toBeNull();
          expect(Object.keys(one.shown).map((name) => name.split('/', 1)[0])).toEqual(
            Object.keys(one.shown).flatMap((name) =>
              EXPLAINED_NAMES.filter((known) => known === name.split('/', 1)[0]),
            ),
          );
          for (const [name, value] of Object.entries(one.shown))
            expect(valueOf(view, one.subtask, name)).toEqual(value);
        }
      }),
      300,
    );
  });

  it('names winners that, each folded alone, show its values, and all together show all of them', () => {
    checkProperty(
      fc.property(events, (all) => {
        const { values, contestOf } = explain(all);
        const winners: TaskEvent[] = [];
        for (const one of values) {
          const winner = contestOf(one)?.setBy.event;
          if (winner === undefined || one.rule === 'computed') continue;
          winners.push(winner);
          const alone = describeTask(fold(initialState, [winner]), 0);
          const isOfTwins = Object.keys(one.shown).some((name) => name.startsWith('twins/'));
          if (!isOfTwins)
            for (const [name, value] of Object.entries(one.shown))
              expect([name, valueOf(alone, one.subtask, name)]).toEqual([name, value]);
        }
        const together = describeTask(fold(initialState, winners), 0);
        for (const one of values)
          if (one.rule !== 'computed')
            for (const [name, value] of Object.entries(one.shown))
              expect([name, valueOf(together, one.subtask, name)]).toEqual([name, value]);
      }),
      500,
    );
  });

  it('names for each that lost by what it lost: exactly the rules of its value, the highest first', () => {
    checkProperty(
      fc.property(events, (all) => {
        const { values, contestOf } = explain(all);
        for (const one of values) {
          const contest = contestOf(one);
          if (contest === null) continue;
          expect(contest.lost).toHaveLength(Math.min(20, contest.lostCount));
          const order = contest.lost.map(({ by }) => Object.keys(LOST_BY).indexOf(by));
          expect(order.every((at) => at >= 0)).toBe(true);
          for (const { record, by, event } of contest.lost) {
            if (by === 'later-record') expect(record).toBeGreaterThan(contest.setBy.record);
            if (by === 'trust')
              expect(TRUSTS.indexOf(event.hearing.trust)).toBeLessThan(
                TRUSTS.indexOf(contest.setBy.event.hearing.trust),
              );
          }
        }
      }),
      300,
    );
  });

  it.each([
    ['less trusted', { trust: 'file' }, 'trust'],
    ['finished earlier', { occurred: '2026-11-22T08:00:00.000Z' }, 'finish-time'],
  ] as const)('says that an end lost since it is %s', (_, heard, by) => {
    const failed = { error_code: 30010, finish_time: '2026-11-22T09:00:00.000Z', kind: 'workflow' } as const;
    const all = [event('task.finished', { kind: 'workflow' }, heard), event('task.finished', failed)];
    const { values, contestOf } = explain(all);
    expect(contestOf(values[0]!)).toMatchObject({ setBy: { record: 1 }, lost: [{ record: 0, by }], lostCount: 1 });
  });

  it('says that an open status lost to an end, and that a repeated end came later', () => {
    const end = event('task.finished', { kind: 'workflow' });
    const { values, contestOf } = explain([event('task.started', { kind: 'workflow' }), end, end]);
    expect(contestOf(values[0]!)?.lost.map(({ record, by }) => [record, by])).toEqual([
      [2, 'later-record'],
      [0, 'lower-status'],
    ]);
  });
});
