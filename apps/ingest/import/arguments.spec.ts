import { UsageError } from '@mps-ledger/platform';
import { readArguments } from './arguments';

it('a file is enough', () => {
  expect(readArguments(['bodies.ndjson'])).toEqual({
    ...{ file: 'bodies.ndjson', source: undefined, account: undefined },
    ...{ dryRun: false, restart: false, restore: false, json: false, help: false },
  });
  expect(readArguments(['-', '--source', 'old.2', '--account', 'team-a', '--dry-run', '--restart', '--json'])).toEqual({
    ...{
      file: '-',
      source: 'old.2',
      account: 'team-a',
      dryRun: true,
      restart: true,
      restore: false,
      json: true,
      help: false,
    },
  });
  expect(readArguments(['--help'])).toMatchObject({ help: true });
});

it.each([
  [[], 'FILE is missing'],
  [['a', 'b'], 'One file at a time: a, b'],
  [['a', '--source', ''], '--source "" must be 1 to 64 characters'],
  [['a', '--source', 'ü'], '--source "ü" must be'],
  [['a', '--account', 'Team'], '--account "Team" must be'],
  [['a', '--restore', '--source', 'b'], '--source has no meaning with --restore'],
  [['a', '--restore', '--restart'], '--restart has no meaning with --restore'],
  [['a', '--force'], "Unknown option '--force'"],
])('%j is wrong usage', (words, message) => {
  expect(() => readArguments(words)).toThrow(UsageError);
  expect(() => readArguments(words)).toThrow(message);
});
