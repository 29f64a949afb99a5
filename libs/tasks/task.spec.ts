import { event, withHearing, subtask } from '@mps-ledger/spec-kit';

import { stateOfEvent, describeTask, encodeState, evolve, fold, initialState, join } from './index';
import type { TaskEvent, TaskView } from './index';

const NINE = '2026-11-22T09:00:00.000Z';
const TEN = '2026-11-22T10:00:00.000Z';

function given(...events: readonly TaskEvent[]): TaskView {
  return describeTask(fold(initialState, events), 0);
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length <= 1) yield items;
  for (const [place, item] of items.entries()) {
    for (const rest of permutations(items.filter((_, other) => other !== place))) yield [item, ...rest];
  }
}

/** Describes the events, after seeing that their order makes no difference. */
function givenInAnyOrder(...events: readonly TaskEvent[]): TaskView {
  const texts = new Set([...permutations(events)].map((order) => encodeState(fold(initialState, order))));
  expect(texts.size).toBe(1);
  return given(...events);
}

const started = event('task.started', { kind: 'workflow', status: 'PROCESSING' });
const finished = event('task.finished', { kind: 'workflow', status: 'FINISH' });
const transcoded = event('subtask.succeeded', { ...subtask('Transcode:10:'), status: 'SUCCESS' });
const transcodeFailed = event('subtask.failed', { ...subtask('Transcode:10:'), status: 'FAIL', error_code: 30010 });
const snapshotFailed = event('subtask.failed', { ...subtask('SampleSnapshot:10:'), status: 'FAIL', error_code: 30010 });

describe('a task', () => {
  it('is unknown before any event', () => {
    expect(given()).toMatchObject({ status: 'unknown', kind: 'unknown', outcome: null, confirmation: null });
  });

  it('stays finished when a PROCESSING comes late', () => {
    expect(givenInAnyOrder(finished, transcoded, started)).toMatchObject({ status: 'finished', outcome: 'succeeded' });
  });

  it('rises from unknown over queued and processing to finished', () => {
    const told = [
      event('task.reported', { kind: 'workflow' }),
      event('task.queued', { kind: 'workflow' }),
      started,
      finished,
    ];
    expect(told.map((one) => given(one).status)).toEqual(['unknown', 'queued', 'processing', 'finished']);
    expect(givenInAnyOrder(...told).status).toBe('finished');
  });

  it('shows all that its descriptive fields and its end say, and null for the rest', () => {
    const end = event('task.finished', {
      ...{ kind: 'edit-media', session_id: 's', session_context: 'c', input: { Object: '/a' } },
      ...{ error_code: 5, message: 'text', output: { Path: '/b' } },
    });
    expect(given(end)).toEqual({
      ...{ kind: 'edit-media', status: 'finished', error_code: 5, message: 'text' },
      ...{ error_class: 'unknown', retryable: null, error_note: null },
      ...{ outcome: 'failed', outcome_reason: 'The task itself ended with ErrCode 5.' },
      ...{ confirmation: 'confirmed', contradicted: false, revised: false },
      ...{ session_id: 's', session_context: 'c', input: { Object: '/a' }, output: { Path: '/b' } },
      ...{ metadata: null, live: null, subtasks: [] },
    });
    expect(given()).toEqual({
      ...{ kind: 'unknown', status: 'unknown', error_code: null, message: null },
      ...{ error_class: null, retryable: null, error_note: null },
      ...{ outcome: null, outcome_reason: null, confirmation: null, contradicted: false, revised: false },
      ...{
        session_id: null,
        session_context: null,
        input: null,
        output: null,
        metadata: null,
        live: null,
        subtasks: [],
      },
    });
  });

  it('does not forget its kind for a report that knows none', () => {
    const vague = event('task.finished', { kind: 'unknown' });
    expect(givenInAnyOrder(started, vague).kind).toBe('workflow');
    expect(given(vague).kind).toBe('unknown');
  });

  it('shows error code 0 for a good end and the code of a bad one', () => {
    expect(given(started).error_code).toBeNull();
    expect(given(finished).error_code).toBe(0);
    const bad = event('task.finished', { kind: 'workflow', status: 'FINISH', error_code: 70000, message: 'no source' });
    expect(given(bad)).toMatchObject({ error_code: 70000, message: 'no source', outcome: 'failed' });
  });

  it('treats a fact received unsigned and then reconciled as reconciled, in either order', () => {
    const unsigned = withHearing(finished, { trust: 'callback-unsigned' });
    const reconciled = withHearing(finished, { trust: 'reconciled', received: TEN });
    expect(given(unsigned).confirmation).toBe('unconfirmed');
    expect(givenInAnyOrder(unsigned, reconciled)).toMatchObject({ confirmation: 'confirmed', contradicted: false });
  });

  it('trusts an end from a file no more than an unsigned one', () => {
    expect(given(withHearing(finished, { trust: 'file' })).confirmation).toBe('unconfirmed');
    expect(given(withHearing(finished, { trust: 'queue' })).confirmation).toBe('confirmed');
  });

  it('takes trust and time of one hearing, never two maxima', () => {
    const early = { kind: 'workflow' as const, error_code: 1 };
    const late = { kind: 'workflow' as const, error_code: 2 };
    const askedAtTen = event('task.finished', early, { trust: 'reconciled', received: TEN });
    const askedAtNine = event('task.finished', late, { trust: 'reconciled', received: NINE });
    const heardAtEleven = event('task.finished', late, { trust: 'queue', occurred: '2026-11-22T11:00:00.000Z' });
    expect(givenInAnyOrder(askedAtTen, askedAtNine, heardAtEleven).error_code).toBe(1);
  });

  it('is contradicted by two ends that differ in error code, and the failed one wins at equal rank', () => {
    const bad = event('task.finished', { kind: 'workflow', error_code: 70000 });
    const worse = event('task.finished', { kind: 'workflow', error_code: 70001 });
    expect(givenInAnyOrder(finished, bad)).toMatchObject({ contradicted: true, error_code: 70000 });
    expect(givenInAnyOrder(bad, worse).contradicted).toBe(true);
  });

  it('is not contradicted by two FINISHes that differ in SessionId only', () => {
    const a = event('task.finished', { kind: 'workflow', session_id: 'a' });
    const b = event('task.finished', { kind: 'workflow', session_id: 'b' });
    expect(givenInAnyOrder(a, b)).toMatchObject({ contradicted: false, revised: false, session_id: 'b' });
  });

  it('is revised, not contradicted, where only the output differs', () => {
    const a = event('task.finished', { kind: 'edit-media', output: { Path: '/a' } });
    const b = event('task.finished', { kind: 'edit-media', output: { Path: '/b' } });
    expect(givenInAnyOrder(a, b)).toMatchObject({ contradicted: false, revised: true });
  });

  it('describes itself by the report that knows most, whichever came last', () => {
    const early = event('task.started', { kind: 'workflow', session_context: 'early', input: { Object: '/a' } });
    const end = event('task.finished', { kind: 'workflow', session_context: 'end' });
    expect(givenInAnyOrder(end, early)).toMatchObject({ session_context: 'end', input: { Object: '/a' } });
  });

  it('keeps each member of the metadata separately, whatever its name', () => {
    const first = event('media.probed', { status: 'PROCESSING', metadata: { Width: 1, Size: 2 } });
    const second = event('media.probed', { status: 'FINISH', metadata: JSON.parse('{"Width":3,"__proto__":4}') });
    expect(JSON.stringify(givenInAnyOrder(second, first).metadata)).toBe('{"Size":2,"Width":3,"__proto__":4}');
  });

  it('ranks its metadata by the status it came with, above trust', () => {
    const words = [undefined, 'WAITING', 'PROCESSING', 'FINISH'];
    const probed = words.map((status, level) =>
      withHearing(event('media.probed', { status, metadata: { Width: level } }), {
        trust: (['reconciled', 'queue', 'callback-signed', 'file'] as const)[level]!,
      }),
    );
    for (const [level, higher] of probed.entries()) {
      for (const lower of probed.slice(0, level)) {
        expect(givenInAnyOrder(lower, higher).metadata).toEqual({ Width: level });
      }
    }
  });

  it('takes a member of the metadata that is null for none', () => {
    const probed = event('media.probed', { status: 'FINISH', metadata: { Width: null } });
    expect(given(probed).metadata).toBeNull();
  });

  it('learns nothing of its state from the notification itself', () => {
    const received = event('notification.received', {
      notification_id: 'n-1',
      kind: 'workflow',
      digest: '',
      size: 0,
      transport: 'callback',
      events: 0,
      events_digest: '',
      event_ids: [],
    });
    const state = fold(initialState, [started]);
    expect(join(state, stateOfEvent(received))).toBe(state);
    expect(join(stateOfEvent(received), state)).toBe(state);
    expect(encodeState(fold(initialState, [received]))).toBe(encodeState(initialState));
  });
});

describe('joining', () => {
  const probed = event('media.probed', { status: 'FINISH', metadata: { Width: 1 } });

  it('keeps the very parts that the other side adds nothing to', () => {
    const state = fold(initialState, [finished, transcoded, probed]);
    const after = evolve(state, event('task.queued', { kind: 'workflow' }));
    expect([after.claims, after.metadata, after.subtasks]).toEqual([state.claims, state.metadata, state.subtasks]);
    expect(after.claims).toBe(state.claims);
    expect(after.metadata).toBe(state.metadata);
    expect(after.subtasks).toBe(state.subtasks);
  });

  it('takes over the very parts that this side knows nothing of', () => {
    const state = fold(initialState, [finished, transcoded, probed]);
    const after = join(stateOfEvent(started), state);
    expect(after.claims).toBe(state.claims);
    expect(after.metadata).toBe(state.metadata);
    expect(after.subtasks).toBe(state.subtasks);
  });
});

describe('three terminal claims about a subtask', () => {
  const atNine = event('subtask.failed', { ...subtask('Transcode:10:'), error_code: 1, finish_time: NINE });
  const atTen = event('subtask.succeeded', { ...subtask('Transcode:10:'), finish_time: TEN, output: { Path: '/a' } });
  const noTime = event('subtask.failed', { ...subtask('Transcode:10:'), error_code: 2 });

  it('are won by the latest finish time, no time being the earliest, in every order', () => {
    expect(givenInAnyOrder(atNine, atTen, noTime).subtasks).toMatchObject([
      { status: 'succeeded', error_code: 0, output: { Path: '/a' }, contradicted: true },
    ]);
  });

  it('are won by trust before time', () => {
    const believed = withHearing(noTime, { trust: 'reconciled', received: NINE });
    expect(givenInAnyOrder(atNine, atTen, believed).subtasks).toMatchObject([
      { status: 'failed', error_code: 2, output: null },
    ]);
  });

  it('are won by the failed one at equal trust and time', () => {
    const alsoNoTime = event('subtask.succeeded', { ...subtask('Transcode:10:') });
    expect(givenInAnyOrder(noTime, alsoNoTime).subtasks).toMatchObject([{ status: 'failed', contradicted: true }]);
  });

  it('keep the best eight of each end however many there are', () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      event('subtask.failed', { ...subtask('Transcode:10:'), error_code: n + 1 }),
    );
    const state = fold(initialState, [...many, transcoded]);
    expect(state.subtasks.get('Transcode:10:')?.claims).toHaveLength(9);
  });
});

describe('a subtask', () => {
  it('rises from queued over processing to its end, and never back', () => {
    const key = subtask('Transcode:10:');
    const queued = event('subtask.queued', key);
    const processing = event('subtask.started', key);
    expect(given(queued).subtasks[0]?.status).toBe('queued');
    expect(givenInAnyOrder(processing, queued).subtasks[0]?.status).toBe('processing');
    expect(givenInAnyOrder(transcoded, processing, queued).subtasks[0]?.status).toBe('succeeded');
  });

  it('shows everything that was reported, and null for the rest', () => {
    const failed = event('subtask.failed', {
      ...{ ...subtask('Transcode:10:'), input: { A: 1 }, output: { Path: '/a' } },
      ...{ error_code: 5, error_code_ext: 'X', message: 'text' },
    });
    expect(given(failed).subtasks).toEqual([
      {
        ...{ key: 'Transcode:10:', kind: 'Transcode', definition: '10', status: 'failed', progress: null },
        ...{ error_code: 5, error_code_ext: 'X', message: 'text', input: { A: 1 }, output: { Path: '/a' } },
        ...{ error_class: 'unknown', retryable: null, error_note: null },
        ...{ contradicted: false, revised: false, superseded: false, twins: null, ends: [] },
      },
    ]);
    expect(given(event('subtask.queued', subtask('ExecRule::'))).subtasks).toEqual([
      {
        ...{ key: 'ExecRule::', kind: 'ExecRule', definition: null, status: 'queued', progress: null },
        ...{ error_code: null, error_code_ext: null, message: null, input: null, output: null },
        ...{ error_class: null, retryable: null, error_note: null },
        ...{ contradicted: false, revised: false, superseded: false, twins: null, ends: [] },
      },
    ]);
  });

  it('is listed by its key, independent of the order of arrival', () => {
    const keys = ['B::', 'A:2:', 'A::', 'A:10:'];
    const view = given(...keys.map((key) => event('subtask.queued', subtask(key))));
    expect(view.subtasks.map(({ key }) => key)).toEqual(['A:10:', 'A:2:', 'A::', 'B::']);
  });

  it('is unknown while only something else than the known words was reported', () => {
    const odd = event('subtask.reported', { ...subtask('Transcode:10:'), status: 'success' });
    expect(given(finished, odd)).toMatchObject({ outcome: 'undetermined', subtasks: [{ status: 'unknown' }] });
  });

  it('shows the highest progress, and 100 once it succeeded', () => {
    const at = (progress: number) => event('subtask.progressed', { ...subtask('Transcode:10:'), progress });
    expect(givenInAnyOrder(at(70), at(30)).subtasks).toMatchObject([{ progress: 70, status: 'processing' }]);
    expect(givenInAnyOrder(at(70), transcoded).subtasks[0]?.progress).toBe(100);
    expect(givenInAnyOrder(at(70), transcodeFailed).subtasks[0]?.progress).toBe(70);
  });

  it('shows its error and its output from the same end', () => {
    const good = event('subtask.succeeded', { ...subtask('Transcode:10:'), finish_time: NINE, output: { Path: '/a' } });
    const bad = event('subtask.failed', {
      ...subtask('Transcode:10:'),
      finish_time: TEN,
      error_code_ext: 'InternalError',
    });
    expect(givenInAnyOrder(good, bad).subtasks).toMatchObject([
      { status: 'failed', error_code: null, error_code_ext: 'InternalError', output: null },
    ]);
  });
});

describe('twins, identical subtasks of one notification', () => {
  const counted = (total: number, succeeded: number, failed: number) =>
    event('subtask.counted', { ...subtask('Transcode:10:'), total, succeeded, failed });

  it('of which one fails make the outcome partially failed, without a contradiction', () => {
    expect(givenInAnyOrder(finished, transcoded, transcodeFailed, counted(2, 1, 1))).toMatchObject({
      outcome: 'partially-failed',
      contradicted: false,
      subtasks: [{ twins: { total: 2, succeeded: 1, failed: 1 } }],
    });
  });

  it('are undetermined while one of them is open', () => {
    expect(givenInAnyOrder(finished, transcoded, counted(2, 1, 0)).outcome).toBe('undetermined');
  });

  it('keep the maximum of each count', () => {
    expect(givenInAnyOrder(finished, transcoded, counted(3, 1, 0), counted(3, 3, 0))).toMatchObject({
      outcome: 'succeeded',
      subtasks: [{ twins: { total: 3, succeeded: 3, failed: 0 } }],
    });
    expect(givenInAnyOrder(counted(4, 1, 0), counted(3, 0, 2)).subtasks).toMatchObject([
      { twins: { total: 4, succeeded: 1, failed: 2 } },
    ]);
  });

  it('are revised only by more outputs than twins', () => {
    const at = (path: string) => event('subtask.succeeded', { ...subtask('Transcode:10:'), output: { Path: path } });
    expect(givenInAnyOrder(finished, at('/a'), at('/b'), counted(2, 2, 0)).subtasks[0]?.revised).toBe(false);
    expect(givenInAnyOrder(at('/a'), at('/b'), at('/c'), counted(2, 2, 0)).subtasks[0]?.revised).toBe(true);
  });

  it('count a good end that was claimed as at least one', () => {
    expect(givenInAnyOrder(finished, counted(2, 0, 0), transcoded)).toMatchObject({
      outcome: 'undetermined',
      subtasks: [{ twins: { total: 2, succeeded: 1, failed: 0 } }],
    });
    expect(given(counted(2, 0, 0)).subtasks).toMatchObject([{ twins: { total: 2, succeeded: 0, failed: 0 } }]);
  });

  it('count an end that was claimed as at least one', () => {
    expect(givenInAnyOrder(finished, counted(2, 2, 0), transcoded, transcodeFailed)).toMatchObject({
      contradicted: true,
      subtasks: [{ twins: { total: 2, succeeded: 2, failed: 1 } }],
    });
  });
});

describe('the outcome of a finished task', () => {
  it('is partially failed with ErrCode 0 and one failed subtask', () => {
    expect(given(finished, transcoded, snapshotFailed)).toMatchObject({
      error_code: 0,
      outcome: 'partially-failed',
      outcome_reason: 'Failed subtasks: 1 of 2.',
    });
  });

  it('is failed when all subtasks failed, and succeeded when all succeeded', () => {
    expect(given(finished, snapshotFailed).outcome).toBe('failed');
    expect(given(finished, transcoded).outcome).toBe('succeeded');
  });

  it('is undetermined with all result sets empty, but for kinds that have no subtasks', () => {
    expect(given(finished).outcome).toBe('undetermined');
    expect(given(event('task.finished', { kind: 'schedule' })).outcome).toBe('undetermined');
    expect(given(event('task.finished', { kind: 'edit-media' })).outcome).toBe('succeeded');
  });

  it('is never success with an unknown holder that failed', () => {
    const unknown = event('subtask.failed', { ...subtask('HologramTask::1a2b3c4d'), error_code: 9 });
    expect(given(finished, unknown).outcome).toBe('failed');
    expect(given(finished, transcoded, unknown).outcome).toBe('partially-failed');
  });

  it('is undetermined while a subtask is open or an event is parked', () => {
    const open = event('subtask.started', subtask('SampleSnapshot:10:'));
    expect(given(finished, transcoded, open).outcome).toBe('undetermined');
    expect(given(finished, snapshotFailed, event('subtask.started', subtask('Transcode:10:'))).outcome).toBe(
      'undetermined',
    );
    expect(describeTask(fold(initialState, [finished, transcoded]), 1).outcome).toBe('undetermined');
  });

  it('is judged by the second level, and by a parent that did not succeed as well', () => {
    const child = event('subtask.succeeded', subtask('AiAnalysis::/AiAnalysis.Cover::'));
    const parentGood = event('subtask.succeeded', subtask('AiAnalysis::'));
    const parentBad = event('subtask.failed', { ...subtask('AiAnalysis::'), error_code: 1 });
    const childBad = event('subtask.failed', subtask('AiAnalysis::/AiAnalysis.Cover::'));
    expect(given(finished, parentGood, child).outcome).toBe('succeeded');
    expect(given(finished, parentBad, child).outcome).toBe('partially-failed');
    expect(given(finished, parentGood, childBad).outcome).toBe('failed');
  });
});
