import { event, withHearing, subtask } from '@mps-ledger/spec-kit';

import { describeTask, fold, initialState } from './index';
import type { SubtaskView, TaskEvent, TaskView } from './index';

const key = subtask('Transcode:10:');

function given(...events: readonly TaskEvent[]): TaskView {
  return describeTask(fold(initialState, events), 0);
}

function transcode(...events: readonly TaskEvent[]): SubtaskView {
  return given(...events).subtasks[0]!;
}

describe('an end', () => {
  it.each([0, '0', '', undefined])('of a task is good with ErrCode %j', (error_code) => {
    expect(given(event('task.finished', { kind: 'live', error_code }))).toMatchObject({
      error_code: error_code === '0' ? '0' : 0,
      outcome: 'succeeded',
    });
  });

  it.each([1, '1', -1, '00', 'InternalError'])('of a task is bad with ErrCode %j', (error_code) => {
    expect(given(event('task.finished', { kind: 'live', error_code }))).toMatchObject({
      error_code,
      outcome: 'failed',
    });
  });

  it('of a subtask that failed is bad whatever its ErrCode', () => {
    expect(transcode(event('subtask.failed', { ...key, error_code: 0 }))).toMatchObject({
      status: 'failed',
      error_code: null,
    });
  });

  it('of a task is bad where its ErrCode was no finite number', () => {
    const lost = event('task.finished', { kind: 'live', not_finite: ['ErrCode'], message: 'm' });
    expect(given(lost)).toMatchObject({ outcome: 'failed', error_code: null, message: 'm' });
    expect(given(event('task.finished', { kind: 'live', not_finite: ['Output'] })).outcome).toBe('succeeded');
  });
});

describe('claims that are the same in key form', () => {
  const said = { error_code: 5, message: 'm', output: { Path: '/a' } };
  const spelled = { ...said, error_code_ext: '', output: { Path: '/a', Size: 0, Set: [{}] } };
  const plain = event('subtask.failed', { ...key, ...said });
  const defaults = event('subtask.failed', { ...key, ...spelled });

  it('are one claim, shown as the hearing that ranks highest gave it', () => {
    expect(transcode(plain, defaults)).toMatchObject({ contradicted: false, revised: false, ends: [] });
    for (const highest of [plain, defaults]) {
      const all = [plain, defaults].map((one) => (one === highest ? withHearing(one, { trust: 'reconciled' }) : one));
      const output = (highest.data as { output: unknown }).output;
      expect([transcode(...all), transcode(...all.reverse())].map((one) => one.output)).toEqual([output, output]);
    }
  });

  it('keep the rank of their best hearing among the others', () => {
    const other = event('subtask.succeeded', { ...key, output: { Path: '/b' } });
    const believed = withHearing(defaults, { trust: 'queue' });
    expect(transcode(plain, other, believed)).toMatchObject({ status: 'failed' });
    expect(transcode(plain, withHearing(other, { trust: 'queue' }), defaults)).toMatchObject({ status: 'succeeded' });
  });

  it('make no difference where one spells a default and the other leaves it out', () => {
    const bare = event('subtask.succeeded', key);
    const empty = event('subtask.succeeded', { ...key, output: { Set: [], Size: 0 } });
    expect(transcode(bare, empty)).toMatchObject({ revised: false, contradicted: false, ends: [] });
    const zero = event('subtask.failed', { ...key, error_code: 0, error_code_ext: '' });
    expect(transcode(zero, event('subtask.failed', { ...key, error_code: 7, error_code_ext: 'A' })).contradicted).toBe(
      false,
    );
  });
});

describe('the ends of a subtask', () => {
  const bad = { error_code: 70000, error_code_ext: 'X', message: 'lost', finish_time: '2026-11-22T08:00:00.000Z' };
  const failed = event('subtask.failed', { ...key, ...bad });
  const late = { finish_time: '2026-11-22T09:00:00.000Z', output: { Path: '/a' } };
  const good = event('subtask.succeeded', { ...key, ...late }, { trust: 'queue' });

  it('are shown where several claims are kept, the one that counts first', () => {
    expect(transcode(good).ends).toEqual([]);
    expect(transcode(failed, good).ends).toEqual([
      {
        ...{ end: 'succeeded', error_code: 0, error_code_ext: null, message: null, output: { Path: '/a' } },
        ...{ error_class: null, retryable: null, trust: 'queue', time: '2026-11-22T09:00:00.000Z' },
      },
      {
        ...{ end: 'failed', error_code: 70000, error_code_ext: 'X', message: 'lost', output: null },
        ...{ error_class: 'unknown', retryable: null, trust: 'callback-signed', time: '2026-11-22T08:00:00.000Z' },
      },
    ]);
  });

  it('each have their own class', () => {
    const other = event('subtask.failed', { ...key, ...bad, error_code_ext: 'InternalError.Busy' });
    const ends = transcode(failed, other, good).ends;
    expect(ends.map(({ error_class: of, retryable }) => [of, retryable]).sort()).toEqual([
      [null, null],
      ['service', true],
      ['unknown', null],
    ]);
  });

  it('show the failure of a twin whose success outranks it', () => {
    const counted = event('subtask.counted', { ...key, total: 2, succeeded: 1, failed: 1 });
    expect(transcode(failed, good, counted)).toMatchObject({
      contradicted: false,
      ends: [{ end: 'succeeded' }, { end: 'failed', message: 'lost' }],
    });
  });

  it('have no time where none was given', () => {
    const ends = transcode(event('subtask.failed', key), event('subtask.succeeded', key)).ends;
    expect(ends.map(({ end, error_code, time }) => [end, error_code, time])).toEqual([
      ['failed', null, null],
      ['succeeded', 0, null],
    ]);
  });
});

describe('claims that differ in', () => {
  const failed = (error: { error_code?: number; error_code_ext?: string; message?: string }) =>
    event('subtask.failed', { ...key, ...error });

  it('nothing, there being one only, are no contradiction', () => {
    expect(transcode(failed({ error_code: 1, error_code_ext: 'A' })).contradicted).toBe(false);
    expect(given(event('task.finished', { kind: 'live', error_code: 1 })).contradicted).toBe(false);
  });

  it('their ErrCode contradict each other', () => {
    expect(transcode(failed({ error_code: 1 }), failed({ error_code: 2 })).contradicted).toBe(true);
  });

  it('their ErrCodeExt contradict each other', () => {
    const two = [failed({ error_code_ext: 'A' }), failed({ error_code_ext: 'B' })];
    expect(transcode(...two).contradicted).toBe(true);
    expect(given(...two).contradicted).toBe(true);
  });

  it('whether they give an error code at all do not', () => {
    expect(transcode(failed({}), failed({ error_code: 1 })).contradicted).toBe(false);
    expect(transcode(failed({}), failed({ error_code_ext: 'A' })).contradicted).toBe(false);
  });

  it('their Message do not', () => {
    expect(transcode(failed({ message: 'a' }), failed({ message: 'b' }))).toMatchObject({
      contradicted: false,
      revised: false,
    });
  });

  it('their output make the subtask revised, and with it its task', () => {
    const at = (path: string) => event('subtask.succeeded', { ...key, output: { Path: path } });
    expect(given(at('/a'), at('/b'))).toMatchObject({ revised: true, subtasks: [{ revised: true }] });
    expect(given(at('/a'))).toMatchObject({ revised: false, subtasks: [{ revised: false }] });
  });

  it('whether they show an output at all do not: an output that is empty never shows as a difference', () => {
    const shown = event('subtask.succeeded', { ...key, output: { Path: '/a' } });
    expect(transcode(shown, event('subtask.succeeded', key))).toMatchObject({ revised: false, contradicted: false });
    expect(transcode(shown, event('subtask.succeeded', { ...key, output: { Set: [] } })).revised).toBe(false);
  });
});

describe('the outputs of twins', () => {
  const late = '2026-11-22T10:00:00.000Z';
  const counted = event('subtask.counted', { ...key, total: 2, succeeded: 1, failed: 1 });
  const good = (path: string) => event('subtask.succeeded', { ...key, finish_time: late, output: { Path: path } });
  const bad = event('subtask.failed', { ...key, output: { Path: '/c' } });

  it('are counted for the winning end only', () => {
    expect(transcode(counted, good('/a'), good('/b'), bad)).toMatchObject({ status: 'succeeded', revised: false });
  });

  it('and their errors may be as many as they are', () => {
    const failed = (error_code: number) => event('subtask.failed', { ...key, error_code });
    const two = event('subtask.counted', { ...key, total: 2, succeeded: 0, failed: 2 });
    expect(transcode(two, failed(1), failed(2)).contradicted).toBe(false);
    expect(transcode(two, failed(1), failed(2), failed(3)).contradicted).toBe(true);
  });
});
