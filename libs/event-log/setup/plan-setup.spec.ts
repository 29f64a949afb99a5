import { genesisOf } from '../port/genesis';
import type { Beginning, PartitionInspection } from '../guard/inspection';
import { planSetup, type SetupSeen } from './plan-setup';

const layout = { topics: ['raw', 'events'], partitions: 2 };
const identity = { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1, partitions: 2 };
const known = { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1 };

const inspection = (topic: string, partition: number, end = 1, beginning?: Beginning): PartitionInspection => ({
  ...{ topic, partition },
  found: { end, beginning: beginning ?? (end === 0 ? 'empty' : genesisOf(identity, { topic, partition })) },
});
const topic = (name: string, end = 1): PartitionInspection[] => [inspection(name, 0, end), inspection(name, 1, end)];

const planned = (seen: Partial<SetupSeen>) =>
  planSetup({
    ...{ layout, inspections: [], hasRecords: false, known: null, named: (name) => `p.${name}`, expires: () => false },
    ...seen,
  });

const refusal = (seen: Partial<SetupSeen>): string => {
  try {
    planned(seen);
  } catch (error) {
    expect(error).toMatchObject({ code: 'log-differs' });
    return (error as Error).message;
  }
  throw new Error('it is not refused');
};

describe('setup', () => {
  it('makes a log where there is none, also in topics that are there and empty', () => {
    expect(planned({})).toEqual({ step: 'make', identity: null, extra: [] });
    expect(planned({ inspections: topic('raw', 0) }).step).toBe('make');
  });

  it('does nothing where all is as it must be', () => {
    const inspections = [...topic('raw', 10), ...topic('events', 10)];
    expect(planned({ inspections, hasRecords: true, known })).toEqual({ step: 'nothing', identity, extra: [] });
  });

  it.each<[string, PartitionInspection[]]>([
    ['some genesis records', [inspection('raw', 0), inspection('raw', 1, 0), ...topic('events', 0)]],
    ['a topic', topic('raw')],
  ])('completes a log that nobody used yet and that lacks %s', (_, inspections) => {
    expect(planned({ inspections })).toMatchObject({ step: 'complete', identity });
  });

  it.each<[string, Partial<SetupSeen>, RegExp]>([
    [
      'a topic of a log that was used',
      { inspections: topic('events', 9), hasRecords: true },
      /missing or wrong: p\.raw \(all of it\)/,
    ],
    [
      'a topic of a log that the database knows',
      { inspections: topic('events'), known },
      /p\.raw \(all of it\)[^]*the database knows this log/,
    ],
    [
      'a topic that was recreated by hand',
      { inspections: [...topic('raw', 0), ...topic('events', 9)], hasRecords: true },
      /p\.raw \(all of it\)/,
    ],
    [
      'a partition of a log that was used',
      { inspections: [inspection('raw', 0, 0), inspection('raw', 1, 9), ...topic('events', 9)], hasRecords: true },
      /partition 0 of p\.raw/,
    ],
    ['a log that the database knows', { known }, /none of its topics exists/],
    [
      'a log that the database knows, its topics empty',
      { inspections: [...topic('raw', 0), ...topic('events', 0)], known },
      /none of its genesis records/,
    ],
  ])('never makes %s anew, and says what to do without a word of deleting', (_, seen, message) => {
    const said = refusal(seen);
    expect(said).toMatch(message);
    expect(said).toMatch(/to fix it: .*backup.*begin a new ledger/);
    expect(said.replace('delete nothing of it', '')).not.toMatch(/delete/);
  });

  it('refuses a log that is shorter than the database knows', () => {
    const inspections = [...topic('raw', 9), ...topic('events', 9)];
    const ends = new Map([['raw', [10, 0]]]);
    expect(refusal({ inspections, hasRecords: true, known: { ...known, ends } })).toMatch(
      /partition 0 of p\.raw ends at 9, and was 10 long/,
    );
  });

  it('refuses another log than the database knows, naming both', () => {
    const inspections = [...topic('raw'), ...topic('events')];
    expect(refusal({ inspections, known: { logId: 'bbbbbbbbbbbb', logGeneration: 1, eventGeneration: 1 } })).toMatch(
      /bbbbbbbbbbbb.*aaaaaaaaaaaa/,
    );
  });

  it('refuses topics that others have written to, and leaves them alone', () => {
    expect(refusal({ inspections: [inspection('raw', 1, 4, 'other')] })).toMatch(
      /records of another program[^]*another topic prefix/,
    );
  });

  it('works on with the partitions of the log where topics have more that are empty, and refuses others', () => {
    const inspections = [...topic('raw', 9), ...topic('events', 9)];
    expect(planned({ inspections: [...inspections, inspection('raw', 2, 0)], hasRecords: true, known })).toEqual({
      ...{ step: 'nothing', identity, extra: ['partition 2 of p.raw'] },
    });
    expect(
      refusal({ inspections: [...inspections, inspection('raw', 2, 1, 'other')], hasRecords: true, known }),
    ).toMatch(/partition 2 of p\.raw has records/);
    expect(refusal({ inspections: inspections.slice(1), hasRecords: true, known })).toMatch(/partition 0 of p\.raw/);
  });

  it('refuses other numbers of partitions, naming both', () => {
    const inspections = [...topic('raw'), ...topic('events')];
    expect(refusal({ inspections, layout: { ...layout, partitions: 5 } })).toMatch(/2 partitions a topic, not 5/);
    expect(refusal({ inspections: [...topic('raw', 0), inspection('raw', 2, 0)] })).toMatch(
      /p\.raw has 3 partitions, not 2/,
    );
  });
});
