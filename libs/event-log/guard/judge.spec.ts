import { genesisOf } from '../port/genesis';
import { judge, type Expectation } from './judge';
import type { Beginning, PartitionInspection } from './inspection';

const identity = { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1, partitions: 2 };
const TOPICS = ['raw', 'rejected'];
const genesis = (topic: string, partition: number, changes: object = {}): Beginning => ({
  ...genesisOf(identity, { topic, partition }),
  ...changes,
});

/** The log as it must be, each partition 10 long, but for some. */
function inspections(
  changes: Record<string, { beginning?: Beginning; end?: number } | null | 'missing'> = {},
): PartitionInspection[] {
  return TOPICS.flatMap((topic) =>
    [0, 1].flatMap((partition): PartitionInspection[] => {
      const change = changes[`${topic}/${partition}`];
      if (change === 'missing') return [];
      if (change === null) return [{ topic, partition, found: null }];
      return [{ topic, partition, found: { beginning: genesis(topic, partition), end: 10, ...change } }];
    }),
  );
}

const judged = (found: readonly PartitionInspection[], more: Partial<Expectation> = {}) =>
  judge(found, {
    ...{ identity, topics: TOPICS, named: (topic) => `p.${topic}`, expires: (topic) => topic === 'rejected' },
    ...more,
  });

describe('a log', () => {
  it('is sound where each partition begins with its genesis record and is as long as is known', () => {
    const ends = new Map([['raw', [10, 9]]]);
    expect(judged(inspections(), { ends })).toEqual({ problem: null, uninspected: new Set(), extra: [] });
  });

  it.each<[string, Parameters<typeof inspections>[0], string, RegExp]>([
    [
      'begins as another log does',
      { 'raw/1': { beginning: genesis('raw', 1, { logId: 'bbbbbbbbbbbb' }) } },
      'log-replaced',
      /partition 1 of p\.raw begins with the genesis record of another log/,
    ],
    [
      'begins as another copy of the log does',
      { 'raw/0': { beginning: genesis('raw', 0, { logGeneration: 2 }) } },
      'log-replaced',
      /log generation 2/,
    ],
    ['begins as another place does', { 'raw/0': { beginning: genesis('raw', 1) } }, 'log-replaced', /or place/],
    [
      'begins with a foreign record',
      { 'raw/0': { beginning: 'other' } },
      'log-replaced',
      /does not begin with a genesis record/,
    ],
    ['has nothing yet', { 'raw/0': { beginning: 'empty', end: 0 } }, 'log-not-ready', /has no genesis record/],
    ['lost its first records', { 'raw/0': { beginning: 'cut' } }, 'log-not-ready', /lost its first records/],
    ['lacks a partition', { 'raw/0': 'missing' }, 'log-not-ready', /partition 0 of p\.raw is missing/],
  ])('is not sound where it %s', (_, changes, code, reason) => {
    expect(judged(inspections(changes)).problem).toMatchObject({ code, reason: expect.stringMatching(reason) });
  });

  it('is another one where it is shorter than is known, also of a topic that expires', () => {
    for (const topic of TOPICS)
      expect(judged(inspections(), { ends: new Map([[topic, [0, 11]]]) }).problem).toEqual({
        code: 'log-replaced',
        reason: `partition 1 of p.${topic} ends at 10, and was 11 long: records are gone`,
      });
  });

  it('may lack the first records of a topic that expires', () => {
    expect(judged(inspections({ 'rejected/0': { beginning: 'cut' } })).problem).toBeNull();
  });

  it('reports the most severe findings, the first three by name', () => {
    const other = { beginning: 'other' } as const;
    const found = inspections({ 'raw/0': 'missing', 'raw/1': other, 'rejected/0': other, 'rejected/1': other });
    expect(judged(found).problem).toMatchObject({ code: 'log-replaced' });
    const missing = inspections({
      'raw/0': 'missing',
      'raw/1': 'missing',
      'rejected/0': 'missing',
      'rejected/1': 'missing',
    });
    expect(judged(missing).problem?.reason).toMatch(/^partition 0 of p\.raw is missing; .*; .*; and 1 more$/);
  });

  it('reports what could not be inspected, which alone is no problem', () => {
    expect(judged(inspections({ 'raw/1': null }))).toMatchObject({ problem: null, uninspected: new Set(['raw/1']) });
  });

  it('is sound with more partitions than its genesis records say, as long as they are empty', () => {
    const empty: PartitionInspection = { topic: 'raw', partition: 2, found: { beginning: 'empty', end: 0 } };
    expect(judged([...inspections(), empty])).toMatchObject({ problem: null, extra: ['partition 2 of p.raw'] });
    const used: PartitionInspection = { ...empty, found: { beginning: 'other', end: 3 } };
    expect(judged([...inspections(), used]).problem).toEqual({
      code: 'log-not-ready',
      reason: 'partition 2 of p.raw has records, and the log has 2 partitions a topic',
    });
  });
});
