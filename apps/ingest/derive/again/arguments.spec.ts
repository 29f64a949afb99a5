import { UsageError } from '@mps-ledger/platform';
import { readArguments } from './arguments';

const read = (words: string) => readArguments(words.split(' ').filter((word) => word !== ''));

describe('what is to be derived again', () => {
  it('is what the read model misses, or a range', () => {
    const defaults = { range: null, dryRun: false, json: false, help: false };
    expect(read('--again')).toEqual(defaults);
    expect(read('--again --partition 3 --from 0 --to 17 --dry-run --json')).toEqual({
      ...defaults,
      ...{ range: { partition: 3, from: 0, to: 17 }, dryRun: true, json: true },
    });
    expect(read('-h').help).toBe(true);
  });

  it.each([
    ['', '--again is missing'],
    ['--from 3', '--again is missing'],
    ['--again --from 3', '--partition and --to is missing'],
    ['--again --partition 1 --from 3 --to 3', '--to 3 must be greater than --from 3'],
    ['--again --partition one --from 3 --to 4', '--partition "one" is not a whole number'],
    ['--again --partition 1 --from 1e3 --to 4', '--from "1e3" is not a whole number'],
    ['--again --partition 1 --from 0 --to 9999999999999999', '--to "9999999999999999" is not a whole number'],
    ['--again --all', '--all'],
    ['--again 3', "'3'"],
  ])('is not said by %j', (words, message) => {
    expect(() => read(words)).toThrow(UsageError);
    expect(() => read(words)).toThrow(message);
  });
});
