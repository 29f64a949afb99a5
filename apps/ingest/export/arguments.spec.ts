import { UsageError } from '@mps-ledger/platform';
import { readExportArguments } from './arguments';

it('an export goes to standard output, or to a file', () => {
  expect(readExportArguments([])).toEqual({ out: null, json: false, help: false });
  expect(readExportArguments(['--out', 'raw.ndjson.gz', '--json'])).toEqual({
    ...{ out: 'raw.ndjson.gz', json: true, help: false },
  });
});

it.each([
  [['--out', ''], '--out needs the name of a file'],
  [['--json'], '--json needs --out FILE'],
  [['raw.ndjson'], 'Unexpected argument'],
])('%j is wrong usage', (words, message) => {
  expect(() => readExportArguments(words)).toThrow(UsageError);
  expect(() => readExportArguments(words)).toThrow(message);
});
