import type { ListedRow } from '../api/answers';
import { MOST_WAITING, takeChange, type LiveRows } from './live-rows';
import { changeOfStream, type StateChangeData } from './task-change';

const row = (task_id: string, members: Partial<ListedRow> = {}): ListedRow => ({
  ...({
    account: 'default',
    task_id,
    kind: 'workflow',
    status: 'processing',
    outcome: null,
    error_code: null,
  } as const),
  ...{ confirmation: null, contradicted: false, parked: 0, incomplete: false, version: 1, failed_subtask: null },
  ...{ first_received: '2026-11-30T12:00:00.000Z', updated: '2026-11-30T12:00:00.000Z', ...members },
});

const change = (task_id: string, members: Partial<StateChangeData> = {}) =>
  changeOfStream({
    ...({ account: 'default', task_id, kind: 'workflow', status: 'finished', outcome: 'failed' } as const),
    ...({ error_code: 0, confirmation: 'confirmed', version: 2, failed_subtasks: [], previous: null } as const),
    ...members,
  });

const shown: LiveRows = { rows: [row('b'), row('a')], waiting: new Set() };

describe('a change of a task that is shown', () => {
  it('changes its row in its place, and moves none', () => {
    const failed = {
      kind: 'Transcode',
      definition: '10',
      error_code: 1,
      error_code_ext: null,
      message: null,
    };
    const { rows, waiting } = takeChange(shown, change('a', { failed_subtasks: [failed, failed] }), {});
    expect(rows.map(({ task_id, outcome }) => [task_id, outcome])).toEqual([
      ['b', null],
      ['a', 'failed'],
    ]);
    expect([rows[1]?.failed_subtask?.count, waiting.size]).toEqual([2, 0]);
    expect(rows[0]).toBe(shown.rows[0]);
  });

  it('keeps the row even where the filter would leave it out now', () => {
    const { rows } = takeChange(shown, change('a'), { status: ['processing'] });
    expect(rows[1]?.status).toBe('finished');
  });

  it('is ignored where the row is newer', () => {
    const newer: LiveRows = { ...shown, rows: [row('a', { version: 3 })] };
    expect(takeChange(newer, change('a'), {})).toBe(newer);
  });
});

describe('a change of a task that is not shown', () => {
  it('lets it wait, once, and leaves the rows', () => {
    const once = takeChange(shown, change('c'), {});
    const twice = takeChange(once, change('c', { version: 3 }), {});
    expect([once.waiting.size, twice.waiting.size, twice.rows]).toEqual([1, 1, shown.rows]);
  });

  it('is one of that account, whose task may have the same id', () => {
    expect(takeChange(shown, change('a', { account: 'other' }), {}).waiting.size).toBe(1);
  });

  it.each([
    [{ outcome: ['failed', 'undetermined'] }, 1],
    [{ outcome: ['succeeded'] }, 0],
    [{ kind: 'live' }, 0],
    [{ account: ['default'], confirmation: ['confirmed'] }, 1],
    [{ error_code: ['30010'] }, 1],
  ])('waits with the filter %j: %d', (filters, waiting) => {
    expect(takeChange(shown, change('c'), filters).waiting.size).toBe(waiting);
  });

  it('waits only where its place may be among the rows', () => {
    const known = { previous: {} };
    const polled = (first_received: string) => ({ ...change('c', known), first_received });
    const waitingOf = (heard: ReturnType<typeof change>, filters = {}) =>
      takeChange(shown, heard, filters).waiting.size;
    expect(waitingOf(change('c', known))).toBe(0);
    expect(waitingOf(change('c', known), { outcome: ['failed'] })).toBe(1);
    expect(waitingOf(change('c', known), { order: 'updated' })).toBe(1);
    expect(waitingOf(polled('2026-11-30T12:00:01.000Z'))).toBe(1);
    expect(waitingOf(polled('2026-11-30T11:00:00.000Z'))).toBe(0);
  });

  it('is not told apart from others beyond a thousand', () => {
    let live = shown;
    for (let n = 0; n < MOST_WAITING + 50; n += 1) live = takeChange(live, change(`c${n}`), {});
    expect(live.waiting.size).toBe(MOST_WAITING);
  });
});
