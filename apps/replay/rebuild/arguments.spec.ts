import { UsageError } from '@mps-ledger/platform';
import { readArguments } from './arguments';

describe('the arguments of a rebuild', () => {
  it('are a rate that leaves room for live notifications, and a few partitions at once, where nothing is said', () => {
    expect(readArguments([])).toEqual({
      ...{ concurrency: 4, recordsPerSecond: 5_000, reason: null, yes: false, json: false, help: false },
    });
  });

  it('are what is said', () => {
    const words = ['--concurrency', '6', '--rate', 'max', '--yes', '--reason', 'in doubt', '--json'];
    expect(readArguments(words)).toEqual({
      ...{ concurrency: 6, recordsPerSecond: null, reason: 'in doubt', yes: true, json: true, help: false },
    });
    expect(readArguments(['--rate', '200']).recordsPerSecond).toBe(200);
  });

  it.each([
    [['--rate', '0'], '--rate "0" must be a whole number from 1 to 10000000, or max.'],
    [['--rate', '1e3'], '--rate "1e3" must be'],
    [['--concurrency', '33'], '--concurrency "33" must be a whole number from 1 to 32.'],
    [['--yes'], '--yes needs --reason TEXT'],
    [['--reason', '  '], '--reason must have 1 to 500 characters.'],
    [['--of'], 'npm run rebuild'],
    [['2'], 'npm run rebuild'],
  ])('are refused where they are wrong: %j', (words, message) => {
    expect(() => readArguments(words)).toThrow(UsageError);
    expect(() => readArguments(words)).toThrow(message);
  });
});
