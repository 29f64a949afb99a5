import { parseWords } from './parse-words';
import { UsageError } from './usage-error';

const given = {
  options: { json: { type: 'boolean', default: false }, out: { type: 'string' } },
  usage: 'USAGE',
} as const;

it('reads options, and other words where they are allowed', () => {
  expect({ ...parseWords(['--out', 'x'], given).values }).toEqual({ json: false, out: 'x' });
  expect(parseWords(['a', '--json', 'b'], { ...given, positionals: true }).positionals).toEqual(['a', 'b']);
});

it.each([
  [['--nothing'], /^Unknown option '--nothing'[^]*\n\nUSAGE$/],
  [['a'], /^Unexpected argument 'a'[^]*\n\nUSAGE$/],
  [['--out'], /^Option '--out <value>' argument missing\n\nUSAGE$/],
  [['postgres://ledger:shown@h/d'], /^(?![^]*shown)/],
])('refuses %j as wrong usage', (words, message) => {
  expect(() => parseWords(words, given)).toThrow(UsageError);
  expect(() => parseWords(words, given)).toThrow(message);
});
