import { readArguments, UsageError } from './arguments';
import type { Bench } from './contract';

const named = (name: string): Bench => ({
  ...{ name, about: '', notification: '', contestants: ['ours'] },
  prepare: () => Promise.reject(new Error('not to be played')),
});
const BENCHES = [named('ingest'), named('derive')];
const read = (...words: string[]) => readArguments(words, BENCHES);

describe('the command line of the bench', () => {
  it('runs all benches five times where nothing is said', () => {
    expect(read()).toMatchObject({ benches: BENCHES, rounds: 5, events: 300_000, quick: false, json: null });
  });

  it('names benches, and how long and how often', () => {
    const given = read('derive', '--rounds', '3', '--events', '14000', '--json', 'out.json');
    expect(given).toMatchObject({ benches: [BENCHES[1]], rounds: 3, events: 14_000, json: 'out.json' });
  });

  it('does less in less time with --quick, unless told how much', () => {
    expect(read('--quick').events).toBeLessThan(read().events);
    expect(read('--quick').limitSeconds).toBeLessThan(read().limitSeconds);
    expect(read('--quick', '--events', '500000').events).toBe(500_000);
  });

  it.each([
    [['nothing'], 'there is no bench "nothing"; there are: ingest, derive'],
    [['--rounds', '0'], '--rounds is to be a whole number from 1 to 100, not "0"'],
    [['--events', '1e6'], '--events is to be a whole number'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (words, message) => {
    expect(() => read(...words)).toThrow(UsageError);
    expect(() => read(...words)).toThrow(message);
  });
});
