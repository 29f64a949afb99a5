import { UsageError } from '@mps-ledger/platform';
import { readExportArguments } from './arguments';

const POSITION = 'p1.abcdefghijkl.1.1.5-6.01234567';

it('an export goes to standard output, or to a file', () => {
  expect(readExportArguments([])).toEqual({ out: null, selected: null, json: false, help: false });
  const toFile = { out: 'raw.ndjson.gz', selected: null, json: true, help: false };
  expect(readExportArguments(['--out', 'raw.ndjson.gz', '--json'])).toEqual(toFile);
  expect(readExportArguments(['-o', 'raw.ndjson.gz', '--json'])).toEqual(toFile);
});

it.each<[string[], unknown]>([
  [['--raw'], null],
  [['--task', 'a/b'], { of: 'events', selection: { task_id: 'a/b', account: 'default' } }],
  [
    ['--task', 'a', '--account', 'team-a', '--raw'],
    { of: 'notifications', selection: { task_id: 'a', account: 'team-a' } },
  ],
  [
    ['--task-json', String.raw`"a\u0000\ud800"`],
    { of: 'events', selection: { task_id: 'a\0\ud800', account: 'default' } },
  ],
  [
    ['--since', '2026-11-30T10:00:00+08:00'],
    { of: 'events', selection: { since: '2026-11-30T02:00:00.000Z', until: null } },
  ],
  [
    ['--until', '2026-11-30T10:00:00.5Z'],
    { of: 'events', selection: { since: null, until: '2026-11-30T10:00:00.500Z' } },
  ],
  [['--from', POSITION], { of: 'events', selection: { from: POSITION } }],
])('%j selects %j', (words, selected) => {
  expect(readExportArguments(words).selected).toEqual(selected);
});

it.each([
  [['--out', ''], '--out needs the name of a file'],
  [['--json'], '--json needs --out FILE'],
  [['raw.ndjson'], 'Unexpected argument'],
  [['--task', ''], '--task needs a TaskId'],
  [['--task', 'a', '--task-json', '"a"'], 'both name a task'],
  [['--task-json', 'a'], 'is no JSON text'],
  [['--task-json', '1'], 'is no JSON text'],
  [['--task', 'a', '--since', '2026-11-30T10:00:00Z'], 'exclude each other'],
  [['--task', 'a', '--from', POSITION], 'exclude each other'],
  [['--account', 'a'], '--account needs --task'],
  [['--task', 'a', '--account', 'A'], 'must be 1 to 63 characters'],
  [['--since', 'yesterday'], '--since "yesterday" is no time such as'],
  [['--since', '2026-13-01T00:00:00Z'], 'is no time such as'],
  [['--since', '2026-11-30T10:00:00Z', '--until', '2026-11-30T10:00:00Z'], 'must be after --since'],
  [['--from', 'e1.abcdefghijkl.1.1.5.6'], 'is no position'],
])('%j is wrong usage', (words, message) => {
  expect(() => readExportArguments(words)).toThrow(UsageError);
  expect(() => readExportArguments(words)).toThrow(message);
});
