import { event, subtask } from '@mps-ledger/spec-kit';

import { describeTask, entriesOf, fold, initialState } from './index';
import type { ListedCounts, TaskEvent, TaskView } from './index';

const started = (listed: ListedCounts) => event('task.started', { kind: 'workflow', listed });
const finished = (listed: ListedCounts) => event('task.finished', { kind: 'workflow', listed });
const open = (key: string, at_end?: true) => event('subtask.started', { ...subtask(key), ...(at_end && { at_end }) });
const succeeded = (key: string) => event('subtask.succeeded', subtask(key));
const failed = (key: string) => event('subtask.failed', subtask(key));
const counted = (key: string, total: number, well: number, badly: number) =>
  event('subtask.counted', { ...subtask(key), total, succeeded: well, failed: badly });

const given = (...events: readonly TaskEvent[]): TaskView => describeTask(fold(initialState, events), 0);
const superseded = (view: TaskView): string[] => view.subtasks.filter((one) => one.superseded).map(({ key }) => key);

const one = { Transcode: 1, 'Transcode:10': 1 };
const two = { Transcode: 2, 'Transcode:10': 2 };

describe('an open subtask that no FINISH listed', () => {
  it('is superseded where a FINISH listed as many of its entry as any notification, and as many have ended', () => {
    const view = given(started(one), open('Transcode:10:a'), finished(one), succeeded('Transcode:10:b'));
    expect(superseded(view)).toEqual(['Transcode:10:a']);
    expect(view).toMatchObject({ outcome: 'succeeded', outcome_reason: 'Failed subtasks: 0 of 1.' });
  });

  it('is counted by its kind where it has no definition', () => {
    const view = given(started({ Transcode: 1 }), open('Transcode::'), finished(one), succeeded('Transcode:10:b'));
    expect(superseded(view)).toEqual(['Transcode::']);
    expect(view.outcome).toBe('succeeded');
  });

  it('is not superseded before the task has finished', () => {
    expect(superseded(given(started(one), open('Transcode:10:a'), succeeded('Transcode:10:b')))).toEqual([]);
  });

  it('stays open if a FINISH listed fewer than were reported before', () => {
    const view = given(started(two), succeeded('Transcode:10:a'), open('Transcode:10:b'), finished(one));
    expect(superseded(view)).toEqual([]);
    expect(view.outcome).toBe('undetermined');
  });

  it('stays open where fewer have ended than a FINISH listed', () => {
    const view = given(started(two), open('Transcode:10:a'), finished(two), succeeded('Transcode:10:b'));
    expect(superseded(view)).toEqual([]);
    expect(view.outcome).toBe('undetermined');
  });

  it('stays open where others of its kind ended, but of another definition', () => {
    const listed = { Transcode: 2, 'Transcode:10': 1, 'Transcode:20': 1 };
    const view = given(started(listed), open('Transcode:10:a'), finished(listed), succeeded('Transcode:20:b'));
    expect(superseded(view)).toEqual([]);
  });

  it('stays open where no report lists its entry', () => {
    expect(superseded(given(finished({}), open('Transcode:10:a'), succeeded('Transcode:10:b')))).toEqual([]);
  });

  it('does not hide a failure, nor do twins of which some have ended', () => {
    const drifted = given(started(one), open('Transcode:10:a'), finished(one), failed('Transcode:10:b'));
    expect(drifted).toMatchObject({ outcome: 'failed' });
    const twins = given(
      ...[started(two), counted('Transcode:10:a', 2, 0, 1), failed('Transcode:10:a')],
      ...[finished(two), succeeded('Transcode:10:b')],
    );
    expect(superseded(twins)).toEqual(['Transcode:10:a']);
    expect(twins).toMatchObject({ outcome: 'partially-failed', outcome_reason: 'Failed subtasks: 1 of 2.' });
  });

  it('is not superseded by an end that was reported in two ways', () => {
    const view = given(
      ...[started(two), open('Transcode:10:a'), finished(two)],
      ...[counted('Transcode:10:b', 1, 1, 1), succeeded('Transcode:10:b'), failed('Transcode:10:b')],
    );
    expect(superseded(view)).toEqual([]);
  });

  it('of a second level is counted with its parents', () => {
    const listed = {
      ...{ AiAnalysis: 1, 'AiAnalysis:1': 1 },
      ...{ 'AiAnalysis/AiAnalysis.Cover': 1, 'AiAnalysis:1/AiAnalysis.Cover:7': 1 },
    };
    const view = given(
      ...[started(listed), open('AiAnalysis:1:a'), open('AiAnalysis:1:a/AiAnalysis.Cover:7:')],
      ...[finished(listed), succeeded('AiAnalysis:1:b'), succeeded('AiAnalysis:1:b/AiAnalysis.Cover:7:')],
    );
    expect(superseded(view)).toEqual(['AiAnalysis:1:a', 'AiAnalysis:1:a/AiAnalysis.Cover:7:']);
    expect(view).toMatchObject({ outcome: 'succeeded', contradicted: false });
  });
});

describe('an open subtask that a FINISH listed', () => {
  it('stays open', () => {
    const view = given(
      finished(two),
      open('Transcode:10:a', true),
      succeeded('Transcode:10:b'),
      succeeded('Transcode:10:c'),
    );
    expect(superseded(view)).toEqual([]);
    expect(view.outcome).toBe('undetermined');
  });
});

describe('more ends of one entry than any notification listed', () => {
  it('contradict each other', () => {
    const parts = [finished(one), succeeded('Transcode:10:a'), started(one), succeeded('Transcode:10:b')];
    expect(given(...parts).contradicted).toBe(true);
    expect(given(...parts).subtasks.map(({ contradicted }) => contradicted)).toEqual([false, false]);
    expect(given(...parts, started(two)).contradicted).toBe(false);
  });

  it('count twins, and kinds without their definitions', () => {
    expect(given(finished(one), counted('Transcode:10:a', 2, 1, 1)).contradicted).toBe(true);
    const apart = [
      finished({ Transcode: 1, 'Transcode:10': 1 }),
      started({ Transcode: 1, 'Transcode:20': 1 }),
      ...[succeeded('Transcode:10:a'), succeeded('Transcode:20:b')],
    ];
    expect(given(...apart).contradicted).toBe(true);
  });

  it('are none while a notification is incomplete, whose report may list them', () => {
    const half = fold(initialState, [started(one), succeeded('Transcode:10:a'), succeeded('Transcode:10:b')]);
    expect([true, false].map((incomplete) => describeTask(half, 0, incomplete).contradicted)).toEqual([false, true]);
  });

  it('are not judged where no report lists the entry', () => {
    expect(given(succeeded('Transcode:10:a'), succeeded('Transcode:10:b')).contradicted).toBe(false);
  });
});

test.each([
  ['Transcode:10:ab', 'Transcode:10', 'Transcode'],
  ['Transcode::', 'Transcode', 'Transcode'],
  ['A:1:x/A.B:7:', 'A:1/A.B:7', 'A/A.B'],
  ['A:1:x/A.B::y', 'A:1/A.B', 'A/A.B'],
  ['A%2F:1%3A2:', 'A%2F:1%3A2', 'A%2F'],
])('the entries of %s are %s and %s', (key, own, kind) => {
  expect(entriesOf(key)).toEqual({ own, kind });
});

describe('the answers of a parent', () => {
  const child = 'AiAnalysis::/AiAnalysis.Cover::';

  it('that are no success count beside its children, one per twin', () => {
    const parent = (well: number, badly: number) => counted('AiAnalysis::', 2, well, badly);
    const heard = [finished({}), succeeded('AiAnalysis::')];
    expect(given(...heard, failed('AiAnalysis::'), parent(1, 1), succeeded(child))).toMatchObject({
      outcome: 'partially-failed',
      outcome_reason: 'Failed subtasks: 1 of 2.',
    });
    expect(given(...heard, parent(1, 0), succeeded(child)).outcome).toBe('undetermined');
    expect(given(...heard, failed('AiAnalysis::'), parent(1, 1), failed(child))).toMatchObject({
      outcome: 'failed',
      outcome_reason: 'Failed subtasks: 2 of 2.',
    });
    expect(given(...heard, parent(2, 0), succeeded(child))).toMatchObject({
      outcome: 'succeeded',
      outcome_reason: 'Failed subtasks: 0 of 1.',
    });
  });
});

describe('a value that is empty in key form', () => {
  const end = (members: object) => event('task.finished', { kind: 'workflow', ...members });
  const before = (members: object) => event('task.started', { kind: 'workflow', ...members });

  it('loses to any other, whatever their ranks', () => {
    const heard = [before({ input: { A: 1 }, session_id: 's' }), end({ input: { A: 0, B: [{}] }, session_id: '' })];
    for (const order of [heard, [...heard].reverse()]) {
      expect(given(...order)).toMatchObject({ input: { A: 1 }, session_id: 's' });
    }
    const metadata = (status: string, members: Record<string, number>) =>
      event('media.probed', { status, metadata: members });
    expect(given(metadata('FINISH', { Width: 0, Rotate: 0 }), metadata('PROCESSING', { Width: 640 })).metadata).toEqual(
      {
        ...{ Rotate: 0, Width: 640 },
      },
    );
  });

  it('is shown as it was given where there is no other', () => {
    expect(given(end({ input: { A: 0 } })).input).toEqual({ A: 0 });
    expect(given(end({ session_id: '', session_context: '' }))).toMatchObject({
      session_id: null,
      session_context: null,
    });
  });
});
