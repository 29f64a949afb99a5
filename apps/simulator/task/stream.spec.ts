import { createHash } from 'node:crypto';
import { bytesOf, signOf } from '../bodies/envelope';
import { ACTIVITIES, ANALYSIS, MEDIA, RECOGNITION, REVIEW, SINGLE, SUBTITLES } from '../catalogue/kinds';
import { UNKNOWN_KINDS } from '../catalogue/unknown-kinds';
import { streamOf, type StreamOptions } from './stream';

const PLAIN: StreamOptions = {
  seed: '1',
  mode: 'change',
  duplicate: 0,
  reorder: 0,
  late: 0,
  lose: 0,
  contradict: 0,
  unknown: 0,
};
const HOSTILE = { ...PLAIN, duplicate: 0.2, reorder: 0.3, late: 0.1, lose: 0.02, contradict: 0.1, unknown: 0.2 };

const tasks = (count: number, options: StreamOptions) =>
  Array.from({ length: count }, (_, index) => streamOf(options, index));
const bodies = (count: number, options: StreamOptions): readonly Buffer[] =>
  tasks(count, options).flatMap(({ plan, sends }) => sends.map((send) => bytesOf(plan, send, null)));

function digest(count: number, options: StreamOptions): string {
  const hash = createHash('sha256');
  for (const body of bodies(count, options)) hash.update(body);
  return hash.digest('hex');
}

describe('what is sent', () => {
  it('is the same bytes for the same seed, on every machine and with every version of Node', () => {
    expect(digest(100, { ...HOSTILE, mode: 'change' })).toBe(
      'a60652d8b1b1b2ef67836c41f0ef83835f64a6f5291500ac45bbb52fb3b24477',
    );
    expect(digest(100, { ...HOSTILE, mode: 'finish' })).toBe(
      '08a45666d6ae63abdc8de8fa5e9ac08314397e692dcd1edc85d8c5a84ee23bec',
    );
  });

  it('is other bytes for another seed', () => {
    expect(digest(5, { ...PLAIN, seed: '2' })).not.toBe(digest(5, PLAIN));
  });

  it('does not depend on which tasks were generated before', () => {
    const [, , third] = tasks(3, HOSTILE);
    expect(streamOf(HOSTILE, 2)).toEqual(third);
  });

  it('is JSON, an object each', () => {
    for (const body of bodies(100, HOSTILE)) expect(typeof JSON.parse(body.toString('utf8'))).toBe('object');
  });

  it('has a TaskId of its own for every task', () => {
    expect(new Set(tasks(500, PLAIN).map(({ plan }) => plan.taskId)).size).toBe(500);
  });

  it('has every kind of the vendor’s tables, and those of no table, within 3,000 tasks', () => {
    const wanted = [MEDIA, REVIEW, ANALYSIS, RECOGNITION, SUBTITLES, SINGLE, ACTIVITIES, UNKNOWN_KINDS].flat();
    const met = new Set(
      tasks(3000, { ...HOSTILE, mode: 'finish' }).flatMap(({ plan }) =>
        plan.pieces.map(
          ({ kind, parent }) => `${plan.family} ${kind.set} ${kind.kind} ${parent === null ? '' : 'below'}`,
        ),
      ),
    );
    const missing = wanted.filter(({ set, kind }) => ![...met].some((one) => one.includes(` ${set} ${kind} `)));
    expect(missing.map(({ kind }) => kind)).toEqual([]);
    for (const { kind, below } of ACTIVITIES.filter((activity) => activity.below !== undefined)) {
      const seen = below?.filter((second) => met.has(`schedule ${second.set} ${second.kind} below`));
      expect([kind, seen?.length]).toEqual([kind, below?.length]);
    }
    expect(new Set(tasks(500, PLAIN).map(({ plan }) => plan.family)).size).toBe(6);
  });

  it('is spelled in many ways: null, absent and empty, wrapped and bare, ASCII and not', () => {
    const texts = bodies(300, HOSTILE).map(String);
    for (const part of [
      '"EditMediaTaskEvent":null',
      '{"Response":',
      '\\u7d20',
      '素材',
      '\n  "',
      '"Definition":"',
      '"ExtInfo"',
    ])
      expect([part, texts.some((text) => text.includes(part))]).toEqual([part, true]);
    expect(texts.some((text) => text.includes('WorkflowTaskEvent') && !text.includes('EditMediaTaskEvent'))).toBe(true);
  });
});

describe('a task’s life', () => {
  it('is one notification in mode finish, unless it is live, and rises to one FINISH in mode change', () => {
    for (const { sends } of tasks(100, { ...PLAIN, mode: 'finish' }).filter(({ plan }) => plan.family !== 'live'))
      expect(sends.map(({ view }) => view?.word)).toEqual(['FINISH']);
    for (const { sends } of tasks(100, PLAIN)) {
      const words = sends.map(({ view }) => view?.word ?? '');
      expect(words.join(' ')).toMatch(/^(WAITING )?(PROCESSING )*FINISH$/);
    }
  });

  it('has between 0 and 12 subtasks on the first level, beside quality control, erasing and those of no table', () => {
    const counts = tasks(1500, PLAIN).map(({ plan }) => plan.pieces.filter(({ parent }) => parent === null).length);
    expect([Math.min(...counts), Math.max(...counts) >= 12]).toEqual([0, true]);
  });
});

describe('the hostilities', () => {
  const words = (options: Partial<StreamOptions>, index: number) =>
    streamOf({ ...PLAIN, ...options }, index).sends.map(({ view }) => view?.word ?? '?');

  it('lose everything at 1', () => {
    expect(words({ lose: 1 }, 0)).toEqual([]);
  });

  it('send the same bytes again', () => {
    const { plan, sends } = streamOf({ ...PLAIN, duplicate: 1 }, 3);
    const sent = sends.map((send) => bytesOf(plan, send, null).toString());
    expect(sent.length).toBeGreaterThan(1);
    for (let n = 0; n < sent.length; n += 2) expect(sent[n + 1]).toBe(sent[n]);
  });

  it('send a PROCESSING after the FINISH', () => {
    for (let index = 0; index < 20; index += 1) {
      expect(words({ late: 1 }, index).slice(-2).join(' ')).toMatch(/^FINISH (PROCESSING|WAITING)$/);
      expect(words({ late: 1, mode: 'finish' }, index).slice(-2)).toEqual(['FINISH', 'PROCESSING']);
    }
  });

  it('send a second FINISH with other content', () => {
    for (let index = 0; index < 50; index += 1) {
      const { sends } = streamOf({ ...PLAIN, contradict: 1, mode: 'finish' }, index);
      const views = sends.map(({ view }) => view).filter((view) => view?.word === 'FINISH');
      expect(views).toHaveLength(2);
      expect(views[1]).not.toEqual(views[0]);
    }
  });

  it('change the order within a task, and only that', () => {
    const plain = tasks(40, PLAIN).map(({ sends }) => sends);
    const mixed = tasks(40, { ...PLAIN, reorder: 1 }).map(({ sends }) => sends);
    expect(mixed).not.toEqual(plain);
    const inOrder = mixed.map((sends) => [...sends].sort((a, b) => a.number - b.number));
    expect(inOrder).toEqual(plain);
  });
});

it('signs as MPS does: the vector of a Timestamp and a key', () => {
  expect(signOf({ key: 'my-notify-key', expires: 1_700_000_600 })).toBe('01fe6a1b5ef074b8f58d5a8e42473ce5');
  const { plan, sends } = streamOf(PLAIN, 0);
  const body = bytesOf(plan, sends[0]!, { key: 'my-notify-key', expires: 1_700_000_600 }).toString();
  expect(JSON.parse(body)).toMatchObject({ Timestamp: 1_700_000_600, Sign: '01fe6a1b5ef074b8f58d5a8e42473ce5' });
});
