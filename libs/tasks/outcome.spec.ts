import { event, subtask } from '@mps-ledger/spec-kit';

import { describeTask, fold, initialState } from './index';
import type { TaskEvent, TaskKind } from './index';

const finished = event('task.finished', { kind: 'workflow' });
const succeeded = (key: string) => event('subtask.succeeded', subtask(key));
const failed = (key: string) => event('subtask.failed', subtask(key));
const open = (key: string) => event('subtask.queued', subtask(key));
const counted = (key: string, total: number, ended: number, lost: number) =>
  event('subtask.counted', { ...subtask(key), total, succeeded: ended, failed: lost });

function judged(parked: number, ...events: readonly TaskEvent[]): [string | null, string | null] {
  const { outcome, outcome_reason } = describeTask(fold(initialState, events), parked);
  return [outcome, outcome_reason];
}

describe('the reason of an outcome', () => {
  it('is none while the task has not finished, whatever became of its subtasks', () => {
    expect(judged(0, event('task.started', { kind: 'edit-media' }), succeeded('A::'), failed('B::'))).toEqual([
      null,
      null,
    ]);
  });

  it('gives the ErrCode of a task that ended badly, before anything about its subtasks', () => {
    const bad = event('task.finished', { kind: 'workflow', error_code: 70000 });
    expect(judged(1, bad, succeeded('A::'), open('B::'))).toEqual([
      'failed',
      'The task itself ended with ErrCode 70000.',
    ]);
  });

  it('counts the open ones with all others where some failed and some succeeded', () => {
    expect(judged(1, finished, succeeded('A::'), failed('B::'), failed('C::'), open('D::'))).toEqual([
      'partially-failed',
      'Failed subtasks: 2 of 4.',
    ]);
  });

  it('counts each twin', () => {
    expect(judged(0, finished, counted('A::', 4, 2, 1))).toEqual(['partially-failed', 'Failed subtasks: 1 of 4.']);
    expect(judged(0, finished, counted('A::', 5, 2, 0))).toEqual([
      'undetermined',
      'Subtasks not known to have ended: 3.',
    ]);
  });

  it('counts the open ones where nothing failed, or nothing succeeded, before parked events', () => {
    const reason = 'Subtasks not known to have ended: 2.';
    expect(judged(1, finished, succeeded('A::'), open('B::'), open('C::'))).toEqual(['undetermined', reason]);
    expect(judged(1, finished, failed('A::'), open('B::'), open('C::'))).toEqual(['undetermined', reason]);
  });

  it('counts parked events where no subtask is open', () => {
    const reason = 'Events that could not be applied: 3.';
    expect(judged(3, finished, succeeded('A::'))).toEqual(['undetermined', reason]);
    expect(judged(3, finished, failed('A::'))).toEqual(['undetermined', reason]);
    expect(judged(3, event('task.finished', { kind: 'live' }))).toEqual(['undetermined', reason]);
  });

  it('counts the failed ones, or the succeeded ones, where all are', () => {
    expect(judged(0, finished, failed('A::'), failed('B::'))).toEqual(['failed', 'Failed subtasks: 2 of 2.']);
    expect(judged(0, finished, succeeded('A::'), succeeded('B::'))).toEqual(['succeeded', 'Failed subtasks: 0 of 2.']);
  });

  it.each<[TaskKind, string]>([
    ['edit-media', 'succeeded'],
    ['extract-blind-watermark', 'succeeded'],
    ['live', 'succeeded'],
    ['workflow', 'undetermined'],
    ['schedule', 'undetermined'],
    ['batch', 'undetermined'],
    ['unknown', 'undetermined'],
  ])('without subtasks hangs on the kind: %s is %s', (kind, outcome) => {
    const reasons: Record<string, string> = {
      succeeded: 'The task itself ended with ErrCode 0.',
      undetermined: 'The task finished, but no subtask was reported.',
    };
    expect(judged(0, event('task.finished', { kind }))).toEqual([outcome, reasons[outcome]]);
  });
});

describe('the leaves that an outcome counts', () => {
  it('are distinguished from their parents by whole keys, not by prefixes', () => {
    expect(judged(0, finished, succeeded('A::'), failed('A::1'))).toEqual([
      'partially-failed',
      'Failed subtasks: 1 of 2.',
    ]);
  });

  it('are below the nearest parent only', () => {
    expect(judged(0, finished, succeeded('A::'), succeeded('A::/B::'), failed('A::/B::/C::'))).toEqual([
      'failed',
      'Failed subtasks: 1 of 1.',
    ]);
  });
});
