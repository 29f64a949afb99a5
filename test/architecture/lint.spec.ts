import { relative } from 'node:path';

import { HOUSE_RULES, HOUSE_RULES_BUT_SPECS, FORBIDDEN_SYNTAX } from '../../tools/lint/house-rules.cjs';
import { FORBIDDEN_GLOBALS, FORBIDDEN_SYNTAX as IMPURE_SYNTAX } from '../../tools/lint/purity.cjs';
import { announcedRejections, fixtures, inBrief, ROOT, runChecker, unheard, type Rejection } from './rejections';

const folder = fixtures('lint');
const announced = announcedRejections(folder);

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string; readonly line: number; readonly message: string }[];
}

function lint(): Rejection[] {
  const args = ['--config', `${ROOT}/eslint.config.mjs`, '--format', 'json', '.'];
  const linted = JSON.parse(runChecker('eslint/bin/eslint.js', args, folder)) as LintedFile[];
  return linted.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line, message }) => ({ file: relative(folder, filePath), line, rule: ruleId, message })),
  );
}

const announces = (rule: string, message = ''): boolean =>
  announced.some((it) => it.rule === rule && (message === '' || (it.message !== '' && message.includes(it.message))));

describe('the linter', () => {
  const found = lint();

  it('rejects each marked line of the fixtures by the rule named there, and no other line', () => {
    expect(inBrief(found)).toEqual(inBrief(announced));
    expect(unheard(announced, found)).toEqual([]);
  });
});

describe('the fixtures of the linter', () => {
  it.each(Object.keys({ ...HOUSE_RULES, ...HOUSE_RULES_BUT_SPECS }))('have a line rejected by %s', (rule) => {
    expect(announces(rule)).toBe(true);
  });

  it.each(FORBIDDEN_GLOBALS)('have a line that names $name', ({ name }) => {
    expect(announces('no-restricted-globals', `'${name}'`)).toBe(true);
  });

  it.each([...FORBIDDEN_SYNTAX, ...IMPURE_SYNTAX])('have a line of which it says: $message', ({ message }) => {
    expect(announces('no-restricted-syntax', message)).toBe(true);
  });
});
