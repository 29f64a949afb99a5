import { UsageError } from '@mps-ledger/platform';
import { readFoldArguments } from './arguments';

it('one file is folded', () => {
  expect(readFoldArguments(['task.ndjson'])).toEqual({ file: 'task.ndjson', json: false, help: false });
  expect(readFoldArguments(['-', '--json'])).toEqual({ file: '-', json: true, help: false });
  expect(readFoldArguments(['-h'])).toMatchObject({ help: true });
});

it.each([
  [[], 'FILE is missing'],
  [['a', 'b'], 'One file at a time: a, b'],
  [['a', '--jsn'], 'jsn'],
])('%j is wrong usage', (words, message) => {
  expect(() => readFoldArguments(words)).toThrow(UsageError);
  expect(() => readFoldArguments(words)).toThrow(message);
});
