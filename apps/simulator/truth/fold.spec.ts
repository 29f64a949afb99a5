import { ACTIVITIES, MEDIA, RECOGNITION, type Kind } from '../catalogue/kinds';
import type { SubtaskEnd } from '../task/ends';
import type { Piece } from '../task/pieces';
import { planTask, type Plan, type TaskEnd } from '../task/plan';
import { NO_STATUS, endedAs, type ShownStatus, type View } from '../task/view';
import { expectedOf, truthLine } from './truth-line';

const TRANSCODE = MEDIA[0]!;
/** Has times. */
const SPRITES = MEDIA[4]!;
const FACE = RECOGNITION[0]!;
const RECOGNIZING = ACTIVITIES.find(({ kind }) => kind === 'AiRecognition')!;

const GOOD: TaskEnd = { code: 0, message: '', finish: null };
const well: SubtaskEnd = { word: 'SUCCESS', code: 0, ext: '', message: '', begin: null, finish: null };
const badly = (code: number, finish: string | null = null, ext = ''): SubtaskEnd => ({
  ...well,
  word: 'FAIL',
  code,
  ext,
  finish,
});
const UNDER_WAY: ShownStatus = { word: 'PROCESSING', progress: 10, end: null };

const piece = (id: number, kind: Kind, copies = 1, parent: number | null = null): Piece => ({
  id,
  parent,
  kind,
  definition: 10 + id,
  input: {},
  ends: Array.from({ length: copies }, () => well),
  stays: null,
  early: null,
});

const plan = (...pieces: readonly Piece[]): Plan => ({
  ...planTask({ seed: 's', unknown: 0 }, 0),
  family: 'workflow',
  sessionId: '',
  end: GOOD,
  pieces,
  spellsExt: true,
});

const view = (
  word: string,
  stands: Readonly<Record<number, readonly ShownStatus[]>> = {},
  end: TaskEnd | null = GOOD,
): View => ({
  word,
  end: word === 'FINISH' ? end : null,
  media: false,
  stands: new Map(Object.entries(stands).map(([id, all]) => [Number(id), all])),
});

const finish = (stands: Readonly<Record<number, readonly ShownStatus[]>>, end?: TaskEnd): View =>
  view('FINISH', stands, end);

describe('the outcome', () => {
  const two = plan(piece(0, TRANSCODE), piece(1, SPRITES));
  it.each<[string, Plan, View, string | null]>([
    ['none before the end', two, view('PROCESSING', { 0: [endedAs(well)] }), null],
    ['all well', two, finish({ 0: [endedAs(well)], 1: [endedAs(well)] }), 'succeeded'],
    ['one failed', two, finish({ 0: [endedAs(well)], 1: [endedAs(badly(7))] }), 'partially-failed'],
    ['all failed', two, finish({ 0: [endedAs(badly(7))], 1: [endedAs(badly(7))] }), 'failed'],
    ['one open', two, finish({ 0: [endedAs(well)], 1: [UNDER_WAY] }), 'undetermined'],
    [
      'one open beside both ends',
      plan(...two.pieces, piece(2, TRANSCODE)),
      finish({ 0: [endedAs(well)], 1: [endedAs(badly(7))], 2: [UNDER_WAY] }),
      'partially-failed',
    ],
    ['nothing shown', two, finish({}), 'undetermined'],
    ['nothing but a type', two, finish({ 0: [endedAs(well)], 1: [NO_STATUS] }), 'undetermined'],
    [
      'its own error, whatever its subtasks say',
      two,
      finish({ 0: [endedAs(well)] }, { ...GOOD, code: 70_000 }),
      'failed',
    ],
    ['a task without subtasks', { ...plan(), family: 'edit-media' }, finish({}), 'succeeded'],
    [
      'a second level: the parent is no leaf',
      plan(piece(0, RECOGNIZING), piece(1, FACE, 1, 0)),
      finish({ 0: [endedAs(well)], 1: [endedAs(badly(7))] }),
      'failed',
    ],
    [
      'a second level: a parent that failed is one',
      plan(piece(0, RECOGNIZING), piece(1, FACE, 1, 0)),
      finish({ 0: [endedAs(badly(7))], 1: [endedAs(well)] }),
      'partially-failed',
    ],
    [
      'a second level that was never shown',
      plan(piece(0, RECOGNIZING), piece(1, FACE, 1, 0)),
      finish({ 0: [endedAs(well)] }),
      'succeeded',
    ],
    [
      'twins of which one failed',
      plan(piece(0, TRANSCODE, 2)),
      finish({ 0: [endedAs(well), endedAs(badly(7))] }),
      'partially-failed',
    ],
    [
      'twins of which one is open',
      plan(piece(0, TRANSCODE, 2)),
      finish({ 0: [endedAs(well), UNDER_WAY] }),
      'undetermined',
    ],
  ])('%s', (_, planned, said, outcome) => {
    expect(expectedOf(planned, [said]).outcome).toBe(outcome);
  });
});

describe('twins of what has a second level', () => {
  const [parent, cover] = [piece(0, RECOGNIZING, 2), piece(1, FACE, 1, 0)];
  const both = plan(parent, cover);
  it.each<[string, readonly [ShownStatus, ShownStatus], SubtaskEnd, string]>([
    ['one failed', [endedAs(well), endedAs(badly(7))], well, 'partially-failed'],
    ['one open', [endedAs(well), UNDER_WAY], well, 'undetermined'],
    ['one failed, and the second level', [endedAs(well), endedAs(badly(7))], badly(7), 'failed'],
    ['both well', [endedAs(well), endedAs(well)], well, 'succeeded'],
  ])('%s', (_, stands, below, outcome) => {
    expect(expectedOf(both, [finish({ 0: stands, 1: [endedAs(below)] })]).outcome).toBe(outcome);
  });
});

describe('an earlier spelling of a piece', () => {
  const one = plan(piece(0, TRANSCODE), piece(1, TRANSCODE));
  const bare: ShownStatus = { ...UNDER_WAY, early: 'bare' };
  const template: ShownStatus = { ...UNDER_WAY, early: 'template' };
  const all = finish({ 0: [endedAs(well)], 1: [endedAs(well)] });

  it.each([
    ['a null holder', bare, null, 'unknown'],
    ['a template', template, '10', 'processing'],
  ])('%s is superseded once as many have ended in a FINISH', (_, early, definition, status) => {
    const heard = [view('PROCESSING', { 0: [early], 1: [UNDER_WAY] }), all];
    const { subtasks, outcome, contradicted } = expectedOf(one, heard);
    expect({ outcome, contradicted }).toEqual({ outcome: 'succeeded', contradicted: false });
    expect(subtasks.filter(({ superseded }) => superseded === true)).toMatchObject([{ definition, status, count: 1 }]);
  });

  it('is open where the FINISH leaves it out, or shows it so', () => {
    const before = view('PROCESSING', { 0: [bare], 1: [endedAs(well)] });
    expect(expectedOf(one, [before, finish({ 1: [endedAs(well)] })]).outcome).toBe('undetermined');
    expect(expectedOf(one, [all, finish({ 0: [bare], 1: [endedAs(well)] })]).outcome).toBe('undetermined');
    expect(expectedOf(one, [before]).subtasks.some(({ superseded }) => superseded)).toBe(false);
  });
});

describe('statuses', () => {
  const one = plan(piece(0, TRANSCODE));

  it('rise and never fall, in any order', () => {
    const life = [view('WAITING'), view('PROCESSING', { 0: [UNDER_WAY] }), finish({ 0: [endedAs(well)] })];
    const all = expectedOf(one, life);
    expect(expectedOf(one, [...life].reverse())).toEqual(all);
    expect(expectedOf(one, [...life, ...life])).toEqual(all);
    expect(all).toMatchObject({ status: 'finished', subtasks: [{ status: 'succeeded', error_code: 0, count: 1 }] });
  });

  it('are the last reported ones if the end was lost', () => {
    expect(expectedOf(one, [view('WAITING')])).toMatchObject({ status: 'queued', error_code: null, outcome: null });
    expect(expectedOf(one, [view('PROCESSING', { 0: [UNDER_WAY] })])).toMatchObject({
      status: 'processing',
      subtasks: [{ kind: 'Transcode', definition: '10', status: 'processing', error_code: null }],
    });
  });

  it('are not changed by an unknown word', () => {
    expect(expectedOf(one, [view('SUSPENDED')])).toMatchObject({ status: 'unknown', outcome: null, subtasks: [] });
    expect(expectedOf(one, [view('SUSPENDED'), finish({ 0: [endedAs(well)] })])).toMatchObject({ status: 'finished' });
  });
});

describe('contradictions', () => {
  const one = plan(piece(0, SPRITES));
  const told = (...ends: readonly SubtaskEnd[]) =>
    expectedOf(
      one,
      ends.map((end) => finish({ 0: [endedAs(end)] })),
    );

  it('are none if the same is reported twice, or an error code only once', () => {
    expect(told(well, well).contradicted).toBe(false);
    expect(told(badly(7), badly(0)).contradicted).toBe(false);
  });

  it('are another end, another code, another extended code', () => {
    expect(told(well, badly(7)).contradicted).toBe(true);
    expect(told(badly(7), badly(8)).contradicted).toBe(true);
    expect(told(badly(7, null, 'A'), badly(7, null, 'B')).contradicted).toBe(true);
    expect(expectedOf(one, [finish({}), finish({}, { ...GOOD, code: 7 })]).contradicted).toBe(true);
  });

  it('are won by the later finish time, then by the failure', () => {
    const later = { ...well, finish: '2026-01-15T05:00:00Z' };
    expect(told(badly(7, '2026-01-15T04:00:00Z'), later).subtasks).toMatchObject([{ status: 'succeeded' }]);
    expect(told(badly(7, '2026-01-15T05:00:00Z'), later).subtasks).toMatchObject([{ status: 'failed', error_code: 7 }]);
    expect(told(badly(7), later).subtasks).toMatchObject([{ status: 'succeeded' }]);
  });

  it('leave out what only an event’s id decides', () => {
    const { subtasks, ...task } = told(badly(7), badly(8));
    expect(subtasks[0]).toMatchObject({ status: 'failed' });
    expect(subtasks[0]).not.toHaveProperty('error_code');
    expect(task).toMatchObject({ error_code: 0, outcome: 'failed' });
    const ends = expectedOf(one, [finish({}, { ...GOOD, code: 7 }), finish({}, { ...GOOD, code: 8 })]);
    expect(ends).not.toHaveProperty('error_code');
  });

  it('are more ends than any one notification showed', () => {
    const two = plan(piece(0, TRANSCODE), piece(1, TRANSCODE));
    const apart = [finish({ 0: [endedAs(well)] }), finish({ 1: [endedAs(well)] })];
    expect(expectedOf(two, apart).contradicted).toBe(true);
    expect(expectedOf(two, [...apart, view('PROCESSING', { 0: [UNDER_WAY], 1: [UNDER_WAY] })]).contradicted).toBe(
      false,
    );
  });

  it('of twins are more ends than twins, or more codes', () => {
    const twins = plan(piece(0, TRANSCODE, 2));
    const mixed = finish({ 0: [endedAs(well), endedAs(badly(7))] });
    expect(expectedOf(twins, [mixed])).toMatchObject({
      contradicted: false,
      subtasks: [{ status: 'failed', error_code: 7, count: 1, twins: { total: 2, succeeded: 1, failed: 1 } }],
    });
    const both = finish({ 0: [endedAs(well), endedAs(well)] });
    expect(expectedOf(twins, [mixed, both])).toMatchObject({
      contradicted: true,
      subtasks: [{ twins: { succeeded: 2, failed: 1 } }],
    });
    const failing = (a: number, b: number) => finish({ 0: [endedAs(badly(a)), endedAs(badly(b))] });
    expect(expectedOf(twins, [failing(7, 8)]).contradicted).toBe(false);
    expect(expectedOf(twins, [failing(7, 8), failing(7, 9)]).contradicted).toBe(true);
  });
});

describe('a line of the truth', () => {
  const one = plan(piece(0, TRANSCODE));
  const end = finish({ 0: [endedAs(well)] });

  it('is there only where something readable was acknowledged', () => {
    expect(truthLine(one, [], [end])).toBeNull();
    expect(truthLine(one, [null], [])).toBeNull();
    expect(truthLine(one, [end, null], [])).toMatchObject({ sends: 2, uncertain: 0 });
  });

  it('names what else may be true where the fate of a send is unknown', () => {
    const line = truthLine(one, [view('WAITING')], [end, view('PROCESSING')]);
    expect(line).toMatchObject({ status: 'queued', sends: 1, uncertain: 2 });
    expect(line?.alternatives?.map(({ status }) => status)).toEqual(['finished', 'processing']);
    expect(truthLine(one, [end], [end])).not.toHaveProperty('alternatives');
  });

  it('is not given where too many sends are of unknown fate', () => {
    expect(
      truthLine(
        one,
        [end],
        Array.from({ length: 7 }, () => end),
      ),
    ).toBeNull();
  });

  it('counts subtasks that look alike', () => {
    const alike = plan(piece(0, TRANSCODE), { ...piece(1, TRANSCODE), definition: 10 });
    expect(expectedOf(alike, [finish({ 0: [endedAs(well)], 1: [endedAs(well)] })]).subtasks).toEqual([
      { kind: 'Transcode', definition: '10', status: 'succeeded', error_code: 0, count: 2 },
    ]);
  });
});
