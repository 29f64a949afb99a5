import type { TruthLine } from '../truth/truth-line';
import { compareTask } from './compare';

const truth: TruthLine = {
  account: 'default',
  task_id: 'a',
  kind: 'workflow',
  status: 'finished',
  error_code: 0,
  outcome: 'partially-failed',
  contradicted: false,
  session_id: null,
  sends: 3,
  uncertain: 0,
  subtasks: [
    { kind: 'Transcode', definition: '10', status: 'failed', count: 1 },
    { kind: 'Transcode', definition: '10', status: 'succeeded', error_code: 0, count: 2 },
  ],
};
const single = { key: 'k', progress: 100, superseded: false, twins: null };
const answer = {
  ...{
    account: 'default',
    task_id: 'a',
    kind: 'workflow',
    status: 'finished',
    error_code: 0,
    outcome: 'partially-failed',
  },
  ...{ contradicted: false, session_id: null, revised: true, version: 12 },
  subtasks: [
    { ...single, kind: 'Transcode', definition: '10', status: 'succeeded', error_code: 0 },
    { ...single, kind: 'Transcode', definition: '10', status: 'failed', error_code: 30_010 },
    { ...single, kind: 'Transcode', definition: '10', status: 'succeeded', error_code: 0 },
  ],
};
const [first, failed, second] = answer.subtasks;

describe('an answer', () => {
  it('agrees in everything that the truth knows, whatever else is in it', () => {
    expect(compareTask(truth, answer)).toEqual([]);
  });

  it.each([
    ['kind', { kind: 'schedule' }, '"workflow"', '"schedule"'],
    ['status', { status: 'processing' }, '"finished"', '"processing"'],
    ['error_code', { error_code: null }, '0', 'null'],
    ['outcome', { outcome: 'succeeded' }, '"partially-failed"', '"succeeded"'],
    ['contradicted', { contradicted: true }, 'false', 'true'],
    ['session_id', { session_id: 'x' }, 'null', '"x"'],
  ])('differs in %s', (member, changed, expected, got) => {
    expect(compareTask(truth, { ...answer, ...changed })).toEqual([{ task_id: 'a', member, expected, got }]);
  });

  it.each([
    ['one too few', [first, failed], 'Transcode 10 succeeded (0)', 'nothing else'],
    ['one too many', [first, failed, second, first], 'nothing else', 'Transcode 10 succeeded (0)'],
    [
      'another code',
      [{ ...first, error_code: 7 }, failed, second],
      'Transcode 10 succeeded (0)',
      'Transcode 10 succeeded (7)',
    ],
    [
      'another definition',
      [first, { ...failed, definition: null }, second],
      'Transcode 10 failed (any code)',
      'Transcode - failed (30010)',
    ],
    [
      'twins',
      [{ ...first, twins: { total: 2, succeeded: 2, failed: 0 } }, failed, second],
      'Transcode 10 succeeded (0)',
      'Transcode 10 succeeded (0) of twins {"failed":0,"succeeded":2,"total":2}',
    ],
    [
      'superseded',
      [{ ...first, superseded: true }, failed, second],
      'Transcode 10 succeeded (0)',
      'Transcode 10 succeeded, superseded (0)',
    ],
    [
      'no list',
      'none',
      'Transcode 10 failed (any code); Transcode 10 succeeded (0); Transcode 10 succeeded (0)',
      'nothing else',
    ],
  ])('differs in its subtasks: %s', (_, subtasks, expected, got) => {
    expect(compareTask(truth, { ...answer, subtasks })).toEqual([{ task_id: 'a', member: 'subtasks', expected, got }]);
  });

  it('differs in its live items: one missing, one that nobody reported, and one that is another', () => {
    const item = { kind: 'LiveRecord', start_offset: 0, end_offset: 0, text: 'u', steady: true };
    const live = { ...truth, live_items: [item] };
    const shown = { ...item, start_offset: null, end_offset: null, superseded: false, item: { Url: 'u' } };
    expect(compareTask(live, { ...answer, live_items: [shown] })).toEqual([]);
    for (const live_items of [undefined, [], [shown, shown], [{ ...shown, text: 'v' }], [{ ...shown, steady: false }]])
      expect(compareTask(live, { ...answer, live_items })).toMatchObject([{ member: 'live_items' }]);
  });

  it('may be any alternative, where a send is of unknown fate', () => {
    const { subtasks, kind, contradicted, session_id } = truth;
    const other = { kind, status: 'processing', error_code: null, outcome: null, contradicted, session_id, subtasks };
    const changed = { ...answer, status: 'processing', error_code: null, outcome: null };
    expect(compareTask({ ...truth, alternatives: [other] }, changed)).toEqual([]);
    expect(compareTask({ ...truth, alternatives: [other] }, { ...changed, outcome: 'failed' })).not.toEqual([]);
  });

  it('of another form differs, and breaks nothing', () => {
    for (const odd of [null, [], 'x', 1]) expect(compareTask(truth, odd).length).toBeGreaterThan(5);
  });
});
