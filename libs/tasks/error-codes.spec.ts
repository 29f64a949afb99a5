import * as fc from 'fast-check';
import { anyEvent, checkProperty, event, subtask } from '@mps-ledger/spec-kit';
import { describeTask, evolve, fold, hasFailures, initialState, shownErrorCodes } from './index';
import type { TaskEvent } from './index';

const codesOf = (...events: readonly TaskEvent[]): readonly string[] => [
  ...shownErrorCodes(describeTask(fold(initialState, events), 0)),
];

const failed = (key: string, error_code: number | string | undefined, finish_time?: string): TaskEvent =>
  event('subtask.failed', { ...subtask(key), ...(error_code !== undefined && { error_code }), finish_time });
const finished = (error_code: number | string, finish_time?: string): TaskEvent =>
  event('task.finished', { kind: 'workflow', status: 'FINISH', error_code, finish_time });

describe('the error codes that a task shows', () => {
  it('are its own and those of its subtasks, each once, whether numbers or texts', () => {
    expect(codesOf(finished(40000), failed('Transcode:10:', 30010), failed('Transcode:20:', '30010'))).toEqual([
      '40000',
      '30010',
    ]);
    expect(codesOf(finished(0), failed('AiAnalysis::/AiAnalysis.Cover::', 'X'))).toEqual(['X']);
  });

  it('are none where nothing failed, or what failed gave none', () => {
    expect(codesOf()).toEqual([]);
    expect(codesOf(finished(0), event('subtask.succeeded', subtask('Transcode:10:')))).toEqual([]);
    expect(
      codesOf(failed('Transcode:10:', undefined), failed('Transcode:20:', 0), failed('Transcode:30:', '')),
    ).toEqual([]);
  });

  it('are those of each end, where the ends of a subtask compete', () => {
    const good = event('subtask.succeeded', { ...subtask('Transcode:10:'), finish_time: '2026-11-22T11:00:00.000Z' });
    expect(codesOf(good, failed('Transcode:10:', 30010), failed('Transcode:10:', 70000))).toEqual(['70000', '30010']);
  });

  it('are no longer those of an end of the task that another one outranks, which no answer shows', () => {
    expect(codesOf(finished(40000, '2026-11-22T09:00:00.000Z'), finished(0, '2026-11-22T10:00:00.000Z'))).toEqual([]);
  });
});

describe('a state without failures', () => {
  it('shows no error code, and came from none that did', () => {
    checkProperty(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let state = initialState;
        let shown = 0;
        for (const one of events) {
          state = evolve(state, one);
          shown += shownErrorCodes(describeTask(state, 0)).size;
          if (!hasFailures(state)) expect(shown).toBe(0);
        }
      }),
    );
  });

  it('is distinguished from one with a failure, of the task or of a subtask', () => {
    expect(hasFailures(initialState)).toBe(false);
    expect(hasFailures(fold(initialState, [finished(0)]))).toBe(false);
    expect(hasFailures(fold(initialState, [finished(1)]))).toBe(true);
    expect(hasFailures(fold(initialState, [failed('Transcode:10:', undefined)]))).toBe(true);
  });
});
