import { UsageError } from '@mps-ledger/platform';
import { readArguments } from './arguments';

const NOW = new Date('2026-11-22T09:00:00Z');
const read = (...words: readonly string[]) => readArguments(words, NOW);
const COMMON = { dryRun: false, json: false };

describe('the arguments of keys', () => {
  it('make a key that reads all accounts for ever, or what they say', () => {
    const rest = { name: 'ci', scopes: ['read'], accounts: null, expires: null, perSecond: null };
    expect(read('create', 'ci')).toEqual({ command: 'create', ...COMMON, ...rest });
    expect(
      read(
        'create',
        'ci',
        '--scopes=subscribe, read,read',
        '--accounts',
        'a,b',
        '--expires',
        '90d',
        '--rate',
        '5',
        '--json',
      ),
    ).toEqual({
      ...{ command: 'create', dryRun: false, json: true, name: 'ci', scopes: ['subscribe', 'read'] },
      ...{ accounts: ['a', 'b'], expires: new Date('2027-02-20T09:00:00Z'), perSecond: 5 },
    });
    expect(read('create', 'ci', '--expires', '2027-01-31T12:00:00+02:00')).toMatchObject({
      expires: new Date('2027-01-31T10:00:00Z'),
    });
    expect(read('create', 'ci', '--expires', '12h')).toMatchObject({ expires: new Date('2026-11-22T21:00:00Z') });
  });

  it('list and revoke', () => {
    expect(read('list', '--all')).toEqual({ command: 'list', ...COMMON, all: true });
    expect(read('revoke', 'mpsl_aB-_cDe', '--yes', '--reason', 'left', '--dry-run')).toEqual({
      ...{ command: 'revoke', dryRun: true, json: false, name: 'mpsl_aB-_cDe', reason: 'left', yes: true },
    });
    expect(read('-h')).toEqual({ command: 'help' });
  });

  it.each([
    [[], 'The command is missing'],
    [['delete', 'ci'], 'no command "delete"'],
    [['constructor'], 'no command "constructor"'],
    [['create'], 'create takes one name'],
    [['create', 'a', 'b'], 'create takes one name'],
    [['create', 'with space'], 'must be 1 to 64 characters'],
    [['create', '-x'], "Unknown option '-x'"],
    [['create', 'ci', '--scopes', 'write'], '"write" is none of read, subscribe, operate'],
    [['create', 'ci', '--scopes', ''], 'has an empty place'],
    [['create', 'ci', '--accounts', ''], 'has an empty place'],
    [['create', 'ci', '--accounts', 'a,,b'], 'has an empty place'],
    [['create', 'ci', '--accounts', 'A'], '"A" must be 1 to 63 characters'],
    [['create', 'ci', '--accounts', Array.from({ length: 21 }, (_, i) => `a${i}`).join()], '20 at most'],
    [['create', 'ci', '--expires', '2026-11-22T09:00:00Z'], 'has passed already'],
    [['create', 'ci', '--expires', '2027-02-30T00:00:00Z'], 'must be like'],
    [['create', 'ci', '--expires', '2027-13-01T00:00:00Z'], 'must be like'],
    [['create', 'ci', '--expires', '0d'], 'must be like'],
    [['create', 'ci', '--expires', 'tomorrow'], 'must be like'],
    [['create', 'ci', '--rate', '0'], 'from 1 to'],
    [['create', 'ci', '--rate', '200000'], 'from 1 to'],
    [['create', 'ci', '--yes'], 'create has no option --yes'],
    [['list', 'ci'], 'list takes no name'],
    [['list', '--dry-run'], 'list has no option --dry-run'],
    [['revoke', 'ci', '--reason', ' '], '1 to 500 characters'],
    [['revoke', 'ci', '--scopes', 'read'], 'revoke has no option --scopes'],
  ])('are wrong: %j', (words, message) => {
    expect(() => read(...words)).toThrow(UsageError);
    expect(() => read(...words)).toThrow(message);
  });
});
