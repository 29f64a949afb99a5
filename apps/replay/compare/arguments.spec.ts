import { UsageError } from '@mps-ledger/platform';
import { readCompareArguments } from './arguments';

it('two builds are compared', () => {
  expect(readCompareArguments(['--from', 'live', '--to', '2'])).toEqual({
    ...{ from: 'live', to: 2, patienceMs: 600_000, report: null, json: false, help: false },
  });
  const words = ['--from', '1', '--to', 'live', '--patience', '90s', '--report', 'r.json', '--json'];
  expect(readCompareArguments(words)).toMatchObject({
    from: 1,
    to: 'live',
    patienceMs: 90_000,
    report: 'r.json',
    json: true,
  });
  expect(readCompareArguments(['--help'])).toMatchObject({ help: true });
});

it.each([
  [[], '--from is missing'],
  [['--from', 'live'], '--to is missing'],
  [['--from', 'live', '--to', '0'], '--to "0" is no build'],
  [['--from', 'old', '--to', '2'], '--from "old" is no build'],
  [['--from', '2', '--to', '2'], 'both name 2'],
  [['--from', '1', '--to', '2', '--patience', '10'], 'is no time such as 30s'],
  [['--from', '1', '--to', '2', '--patience', '25h'], 'is no time such as 30s'],
  [['--from', '1', '--to', '2', '--report', ''], '--report needs the name of a file'],
  [['1', '2'], 'Unexpected argument'],
])('%j is wrong usage', (words, message) => {
  expect(() => readCompareArguments(words)).toThrow(UsageError);
  expect(() => readCompareArguments(words)).toThrow(message);
});
