import { UsageError } from '@mps-ledger/platform';
import { readArguments } from './arguments';
import { helpText, OPTIONS } from './options';

function complaint(...words: readonly string[]): string {
  try {
    readArguments(words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return '';
}

describe('the command line', () => {
  it('means the defaults where nothing is given', () => {
    expect(readArguments([])).toMatchObject({
      to: 'http://127.0.0.1:8081/notify/mps',
      tasks: 100,
      rate: 0,
      connections: 16,
      seed: '1',
      mode: 'finish',
      duplicate: 0,
      sign: null,
      now: null,
      journal: null,
      check: null,
      retryForSeconds: 60,
    });
  });

  it('takes what the issue of this program spells', () => {
    const words =
      '--tasks 10000 --connections 64 --mode change --duplicate 0.2 --reorder 0.3 --late 0.1 --lose 0.02 --contradict 0.02 --unknown 0.05 --seed 1 --journal j --truth t --check http://127.0.0.1:8080';
    expect(readArguments(words.split(' '))).toMatchObject({
      tasks: 10_000,
      connections: 64,
      mode: 'change',
      duplicate: 0.2,
      lose: 0.02,
      journal: 'j',
      truth: 't',
      check: 'http://127.0.0.1:8080',
    });
  });

  it.each([
    [['--tasks', '1.5'], '--tasks is "1.5"; it must be an integer from 0 to 1000000000'],
    [['--tasks', '-1'], '--tasks is "-1"'],
    [['--tasks='], '--tasks is empty'],
    [['--tasks'], '--tasks is empty'],
    [['--connections', '0'], '--connections is "0"; it must be an integer from 1 to 1000'],
    [['--lose', '1.01'], '--lose is "1.01"; it must be a number from 0 to 1'],
    [['--late', 'NaN'], '--late is "NaN"'],
    [['--rate', '1e3'], '--rate is "1e3"'],
    [['--mode', 'changes'], '--mode is "changes"; it must be finish or change'],
    [['--account', 'Acme'], '--account is "Acme"; it must be 1 to 63 characters'],
    [['--via', 'post'], '--via is "post"; it must be http, topic, cmq, sqs, file'],
    [['--via', 'file'], '--via file needs --to with the name of a file'],
    [['--via', 'cmq', '--to', 'a.ndjson'], '--to is "a.ndjson"; it must be an http:// or https:// URL'],
    [['--to', 'ftp://a'], '--to is "ftp://a"; it must be an http:// or https:// URL'],
    [['--check', '8080'], '--check is "8080"; it must be an http:// or https:// URL'],
    [['--timeout', '0'], '--timeout is "0"; it must be a number from 0.1 to 600 seconds'],
    [['--seed', ''], '--seed is empty'],
    [['--taks', '3'], '--taks is no option; did you mean --tasks?'],
    [['--frobnicate'], '--frobnicate is no option'],
    [['many'], '"many" is no option; options begin with --'],
    [['--seed', '1', '--seed', '2'], '--seed is given twice'],
    [['--help=yes'], '--help takes no value'],
    [['--tasks', '0'], '--tasks is 0, so nothing is sent'],
    [['--now', '1700000000'], '--now is the time of signatures, so it needs --sign'],
  ])('refuses %j', (words, message) => {
    expect(complaint(...words)).toContain(message);
  });

  it.each([
    [['--sign', 'hunter2'.repeat(50)], '--sign (its value is not shown); it must be'],
    [['--api-key', 'hunter2'.repeat(200)], '--api-key (its value is not shown); it must be'],
    [['--check', 'postgres://me:hunter2@host/x'], '--check is "postgres://***"; it must be'],
    [['postgres://me:hunter2@host/x'], '"postgres://***" is no option'],
  ])('shows no secret: %#', (words, message) => {
    expect(complaint(...words)).toContain(message);
    expect(complaint(...words)).not.toContain('hunter2');
  });

  it('reports all errors at once', () => {
    expect(complaint('--tasks', 'x', '--lose', '2').split('\n')).toHaveLength(3);
  });

  it('has a help that names every option', () => {
    for (const name of Object.keys(OPTIONS)) expect(helpText()).toContain(`--${name}`);
  });
});
