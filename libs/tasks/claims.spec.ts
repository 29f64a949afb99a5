import { event, subtask } from '@mps-ledger/spec-kit';

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
  it.each([0, '0', undefined])('of a task is good with ErrCode %j', (error_code) => {
    expect(given(event('task.finished', { kind: 'live', error_code }))).toMatchObject({
      error_code: error_code ?? 0,
      outcome: 'succeeded',
    });
  });

  it.each([1, '1', -1, '', 'InternalError'])('of a task is bad with ErrCode %j', (error_code) => {
    expect(given(event('task.finished', { kind: 'live', error_code }))).toMatchObject({
      error_code,
      outcome: 'failed',
    });
  });

  it('of a subtask that failed is bad whatever its ErrCode', () => {
    expect(transcode(event('subtask.failed', { ...key, error_code: 0 }))).toMatchObject({
      status: 'failed',
      error_code: 0,
    });
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

  it('whether they show an output at all make it revised too', () => {
    const shown = event('subtask.succeeded', { ...key, output: { Path: '/a' } });
    expect(transcode(shown, event('subtask.succeeded', key)).revised).toBe(true);
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
});
