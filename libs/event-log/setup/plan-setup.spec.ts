import { genesisOf } from '../port/genesis';
import type { Beginning, Place } from '../guard/inspection';
import { planSetup, type SetupSeen } from './plan-setup';

const layout = { topics: ['raw', 'events'], partitions: 2 };
const identity = { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1, partitions: 2 };
const known = { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1 };

const place = (topic: string, partition: number, end = 1, beginning?: Beginning): Place => ({
  ...{ topic, partition },
  found: { end, beginning: beginning ?? (end === 0 ? 'empty' : genesisOf(identity, { topic, partition })) },
});
const topic = (name: string, end = 1): Place[] => [place(name, 0, end), place(name, 1, end)];

const planned = (seen: Partial<SetupSeen>) =>
  planSetup({
    ...{ layout, places: [], isUsed: false, known: null, named: (name) => `p.${name}`, expires: () => false },
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
    expect(planned({ places: topic('raw', 0) }).step).toBe('make');
  });

  it('does nothing where all is as it must be', () => {
    const places = [...topic('raw', 10), ...topic('events', 10)];
    expect(planned({ places, isUsed: true, known })).toEqual({ step: 'nothing', identity, extra: [] });
  });

  it.each<[string, Place[]]>([
    ['some genesis records', [place('raw', 0), place('raw', 1, 0), ...topic('events', 0)]],
    ['a topic', topic('raw')],
  ])('completes a log that nobody used yet and that lacks %s', (_, places) => {
    expect(planned({ places })).toMatchObject({ step: 'complete', identity });
  });

  it.each<[string, Partial<SetupSeen>, RegExp]>([
    [
      'a topic of a log that was used',
      { places: topic('events', 9), isUsed: true },
      /gone or wrong: p\.raw \(all of it\)/,
    ],
    [
      'a topic of a log that the database knows',
      { places: topic('events'), known },
      /p\.raw \(all of it\)[^]*the database knows this log/,
    ],
    [
      'a topic that was made anew by somebody',
      { places: [...topic('raw', 0), ...topic('events', 9)], isUsed: true },
      /p\.raw \(all of it\)/,
    ],
    [
      'a partition of a log that was used',
      { places: [place('raw', 0, 0), place('raw', 1, 9), ...topic('events', 9)], isUsed: true },
      /partition 0 of p\.raw/,
    ],
    ['a log that the database knows', { known }, /none of its topics is there/],
    [
      'a log that the database knows, its topics empty',
      { places: [...topic('raw', 0), ...topic('events', 0)], known },
      /none of its genesis records/,
    ],
  ])('never makes %s anew, and says what to do without a word of deleting', (_, seen, message) => {
    const said = refusal(seen);
    expect(said).toMatch(message);
    expect(said).toMatch(/ways on: .*backup.*begin a new ledger/);
    expect(said.replace('delete nothing of it', '')).not.toMatch(/delete/);
  });

  it('refuses a log that is shorter than the database knows', () => {
    const places = [...topic('raw', 9), ...topic('events', 9)];
    const ends = new Map([['raw', [10, 0]]]);
    expect(refusal({ places, isUsed: true, known: { ...known, ends } })).toMatch(
      /partition 0 of p\.raw ends at 9, and was 10 long/,
    );
  });

  it('refuses another log than the database knows, naming both', () => {
    const places = [...topic('raw'), ...topic('events')];
    expect(refusal({ places, known: { logId: 'bbbbbbbbbbbb', logGeneration: 1, eventGeneration: 1 } })).toMatch(
      /bbbbbbbbbbbb.*aaaaaaaaaaaa/,
    );
  });

  it('refuses topics that others have written to, and leaves them alone', () => {
    expect(refusal({ places: [place('raw', 1, 4, 'other')] })).toMatch(
      /records of somebody else[^]*another topic prefix/,
    );
  });

  it('works on with the partitions of the log where topics have more that are empty, and refuses others', () => {
    const places = [...topic('raw', 9), ...topic('events', 9)];
    expect(planned({ places: [...places, place('raw', 2, 0)], isUsed: true, known })).toEqual({
      ...{ step: 'nothing', identity, extra: ['partition 2 of p.raw'] },
    });
    expect(refusal({ places: [...places, place('raw', 2, 1, 'other')], isUsed: true, known })).toMatch(
      /partition 2 of p\.raw has records/,
    );
    expect(refusal({ places: places.slice(1), isUsed: true, known })).toMatch(/partition 0 of p\.raw/);
  });

  it('refuses other numbers of partitions, naming both', () => {
    const places = [...topic('raw'), ...topic('events')];
    expect(refusal({ places, layout: { ...layout, partitions: 5 } })).toMatch(/2 partitions a topic, not 5/);
    expect(refusal({ places: [...topic('raw', 0), place('raw', 2, 0)] })).toMatch(/p\.raw has 3 partitions, not 2/);
  });
});
