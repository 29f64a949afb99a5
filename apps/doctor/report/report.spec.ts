import { finding, NotChecked, notChecked, ok, warning, worstOf, type CheckedDeployment } from '../check';
import { runChecks } from '../run-checks';
import { resultJson } from './json';
import { checkText, summaryText } from './text';

const checked = (name: string, ...items: CheckedDeployment['items'][number][]): CheckedDeployment => ({
  ...{ name, items },
  status: worstOf(items),
});

const CHECKS = [
  checked('configuration', ok('all is well')),
  checked('log', notChecked('see database')),
  checked('source a', ok('reached'), warning('odd', 'look'), finding('bad \u001b[31m', 'mend it', 'there')),
];

describe('the report for people', () => {
  it('has a line for each check, and for each finding what is wrong, where, and what to do', () => {
    expect(CHECKS.map((check) => checkText(check, false)).join('')).toBe(
      [
        'ok          configuration          all is well',
        'not checked log                    see database',
        'finding     source a               1 finding; 1 warning; reached',
        '    - warning: odd',
        '      to do   look',
        '    - bad \\u001b[31m',
        '      where   there',
        '      to do   mend it',
        '',
      ].join('\n'),
    );
    expect(summaryText(CHECKS)).toBe('1 FINDING; 1 warning, 1 not checked. docs/doctor.md says more of each.\n');
    expect(summaryText(CHECKS.slice(0, 2))).toBe('No finding; 0 warnings, 1 not checked.\n');
  });

  it('is coloured where it is asked for', () => {
    expect(checkText(CHECKS[0]!, true)).toContain('\u001b[32mok');
  });
});

describe('the report for programs', () => {
  it('has the same', () => {
    expect(resultJson(CHECKS)).toEqual({
      ok: false,
      checks: [
        { name: 'configuration', status: 'ok', items: [{ status: 'ok', what: 'all is well' }] },
        { name: 'log', status: 'not-checked', items: [{ status: 'not-checked', what: 'see database' }] },
        {
          name: 'source a',
          status: 'finding',
          items: [
            { status: 'ok', what: 'reached' },
            { status: 'warning', what: 'odd', where: null, to_do: 'look' },
            { status: 'finding', what: 'bad \u001b[31m', where: 'there', to_do: 'mend it' },
          ],
        },
      ],
    });
    expect(resultJson(CHECKS.slice(0, 2))).toMatchObject({ ok: true });
  });
});

describe('the checks', () => {
  it('all run and come in order, whatever becomes of one of them', async () => {
    const check = (name: string, run: () => Promise<CheckedDeployment['items']>) => ({ name, run, limitMs: 50 });
    const results: CheckedDeployment[] = [];
    const checks = [
      check('hangs', () => new Promise(() => undefined)),
      check('fails', () => Promise.reject(new Error('postgres://me:hunter2@host/x is odd'))),
      check('depends', () => Promise.reject(new NotChecked('see database'))),
      check('works', () => Promise.resolve([ok('fine')])),
    ];
    for await (const one of runChecks(checks)) results.push(one);
    expect(results.map(({ name, status }) => [name, status])).toEqual([
      ['hangs', 'finding'],
      ['fails', 'finding'],
      ['depends', 'not-checked'],
      ['works', 'ok'],
    ]);
    expect(results[0]!.items).toEqual([
      { status: 'finding', what: 'no result within 0.05 s', fix: expect.any(String) },
    ]);
    expect(JSON.stringify(results)).not.toContain('hunter2');
  });
});
