import * as fc from 'fast-check';
import { anyEvent, checkProperty, event, subtask } from '@mps-ledger/spec-kit';
import { contributesAlike, contributionsOf } from './contributions';
import { messagePattern } from './message-pattern';
import { fold, initialState } from './task';
import type { TaskEvent } from './task-events';

const T1 = '2026-11-22T09:00:01.000Z';
const T2 = '2026-11-22T10:00:00.000Z';
const one = subtask('Transcode:10:');
const of = (...events: readonly TaskEvent[]) => contributionsOf(fold(initialState, events));
const finished = (more: object = {}) => event('task.finished', { kind: 'workflow', ...more });

it('nothing that has not ended contributes', () => {
  expect(of()).toEqual([]);
  expect(of(event('task.started', { kind: 'workflow' }), event('subtask.started', one))).toEqual([]);
});

it('an end contributes at its own time, else at that of the task, else at none', () => {
  const times = (...events: readonly TaskEvent[]) => of(...events).map(({ time }) => time);
  expect(times(event('subtask.succeeded', { ...one, finish_time: T1 }), finished({ finish_time: T2 }))).toEqual([
    T2,
    T1,
  ]);
  expect(times(event('subtask.succeeded', one), finished({ finish_time: T2 }))).toEqual([T2, T2]);
  expect(times(event('subtask.succeeded', one), finished())).toEqual([null, null]);
});

it('a failure has its code, its class and the pattern of its message', () => {
  const failed = { ...one, error_code: 30010, error_code_ext: 'SourceFileError.X', message: 'in 5 s' };
  expect(of(event('subtask.failed', failed))).toEqual([
    {
      ...{ subtask: { kind: 'Transcode', definition: '10' }, end: 'failed', count: 1, time: null },
      output: { milliseconds: 0, bytes: 0 },
      failure: { errorCode: '30010', errorClass: 'source-file', message: 'in <n> s' },
    },
  ]);
  expect(of(event('subtask.failed', { ...subtask('AiAnalysis::'), message: '' }))).toMatchObject([
    { subtask: { definition: null }, failure: { errorCode: null, errorClass: 'unknown', message: null } },
  ]);
  expect(of(finished({ error_code: 'InternalError' }))).toMatchObject([
    { subtask: null, end: 'failed', failure: { errorCode: 'InternalError', errorClass: 'service' } },
  ]);
});

it('each failure has the pattern of its own message, however many came before', () => {
  const anyMessage = fc.oneof(fc.constantFrom('in 5 s', 'at 5 s', 'of 7'), fc.string({ minLength: 1, maxLength: 400 }));
  const patternOf = (message: string) => of(event('subtask.failed', { ...one, message }))[0]?.failure?.message;
  for (let n = 0; n < 600; n += 1) expect(patternOf(`worker ${n}`)).toBe('worker <n>');
  checkProperty(
    fc.property(fc.array(anyMessage), (messages) => {
      expect(messages.map(patternOf)).toEqual(messages.map((message) => messagePattern(message)));
    }),
  );
});

it('only the end that counts contributes, once for each twin', () => {
  const better = event('subtask.succeeded', one, { trust: 'queue' });
  const worse = event('subtask.failed', { ...one, error_code: 1 });
  expect(of(worse, better)).toMatchObject([{ end: 'succeeded', count: 1 }]);
  const counted = event('subtask.counted', { ...one, total: 5, succeeded: 1, failed: 4 });
  const other = event('subtask.failed', { ...one, error_code: 2 });
  expect(of(worse, better, other, counted).map(({ end, count }) => [end, count])).toEqual([
    ['succeeded', 1],
    ['failed', 3],
    ['failed', 1],
  ]);
  expect(of(counted)).toMatchObject([
    { end: 'succeeded', count: 1, output: { milliseconds: 0 } },
    { end: 'failed', count: 4, failure: { errorCode: null, errorClass: 'unknown', message: null } },
  ]);
});

it.each([
  ['Duration and Size', { Duration: 1.2345, Size: 7 }, 1235, 7],
  ['those of the metadata', { MetaData: { Duration: 2, Size: 8 } }, 2000, 8],
  ['those of the files', { FileList: [{ Duration: 1, Size: 1 }, { Duration: 2, Size: 2 }, 'x', null] }, 3000, 3],
  ['its own where there are both', { Duration: 1, FileList: [{ Duration: 2, Size: 2 }] }, 1000, 2],
  ['nothing of an output without', { Path: '/a' }, 0, 0],
  ['nothing of no output', undefined, 0, 0],
  ['nothing of what is no number', { Duration: '1', Size: { a: 1 } }, 0, 0],
  ['nothing of what is no length', { Duration: -1, Size: -5 }, 0, 0],
  ['nothing of nonsense', { Duration: 1e300, Size: 1e15 }, 0, 0],
  ['whole bytes', { Size: 1.9 }, 0, 1],
])('the output is measured by %s', (_, output, milliseconds, bytes) => {
  expect(of(event('subtask.succeeded', { ...one, output }))).toMatchObject([{ output: { milliseconds, bytes } }]);
});

describe('states that contribute alike', () => {
  const running = fold(initialState, [event('task.started', { kind: 'workflow' }), event('subtask.succeeded', one)]);
  const after = (...events: readonly TaskEvent[]) => contributesAlike(running, fold(running, events));

  it('nothing ended between them', () => {
    const other = subtask('Transcode:20:');
    expect(after(event('subtask.progressed', { ...one, progress: 50 }))).toBe(true);
    expect(after(event('subtask.started', other), event('subtask.progressed', { ...other, progress: 50 }))).toBe(true);
  });

  it.each<[string, TaskEvent]>([
    ['the task ended', finished()],
    ['another subtask ended', event('subtask.failed', subtask('Transcode:20:'))],
    ['a subtask has another end', event('subtask.failed', { ...one, error_code: 1 }, { trust: 'queue' })],
    ['twins were counted', event('subtask.counted', { ...one, total: 2, succeeded: 1, failed: 0 })],
    ['the kind of the task is another', event('task.started', { kind: 'live' }, { trust: 'queue' })],
  ])('not if %s', (_, one) => {
    expect(after(one)).toBe(false);
  });

  it('have the same contributions, whatever the events', () => {
    let alike = 0;
    checkProperty(
      fc.property(fc.array(anyEvent), fc.array(anyEvent, { minLength: 1, maxLength: 3 }), (first, more) => {
        const before = fold(initialState, first);
        const state = fold(before, more);
        if (!contributesAlike(before, state)) return;
        expect(contributionsOf(state)).toEqual(contributionsOf(before));
        if (contributionsOf(state).length > 0) alike += 1;
      }),
      300,
    );
    expect(alike).toBeGreaterThan(0);
  });
});
