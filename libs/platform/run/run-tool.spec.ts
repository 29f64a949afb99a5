import { ConfigurationError } from '../configuration/configuration-error';
import { describeFailure } from './run-tool';
import { StartFailure } from './start-failure';
import { UsageError } from './usage-error';

class ForPeople extends Error {}

const of = (error: unknown) => describeFailure(error, { failed: 'It could not be done', forPeople: [ForPeople] });

describe('what a tool says of its failure', () => {
  it('is the message alone where it is for people, with 2 for wrong usage and wrong settings', () => {
    expect(of(new UsageError('--from is missing'))).toEqual({ text: '--from is missing\n', exitCode: 2 });
    const settings = of(new ConfigurationError('derive', [{ key: 'LOG_LEVEL', message: 'is odd' }]));
    expect(settings).toMatchObject({ exitCode: 2, text: expect.stringContaining('LOG_LEVEL is odd') as string });
    expect(of(new StartFailure('x', 'Nothing is there.'))).toEqual({ text: 'Nothing is there.\n', exitCode: 1 });
    expect(of(new ForPeople('The log is another.'))).toEqual({ text: 'The log is another.\n', exitCode: 1 });
  });

  it('has no stack where a service is not there, and one line for several addresses', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED' });
    const said = { text: 'It could not be done: connect ECONNREFUSED ::1:1\n', exitCode: 1 };
    expect(of(refused)).toEqual(said);
    expect(of(new AggregateError([refused, new Error('connect ECONNREFUSED 127.0.0.1:1')]))).toEqual(said);
    expect(of(new AggregateError([], 'none'))).toMatchObject({ text: expect.stringContaining('none') as string });
  });

  it('has the stack of an unexpected error', () => {
    expect(of(new TypeError('odd')).text).toMatch(/^It could not be done: TypeError: odd\n +at /);
    expect(of('odd')).toEqual({ text: 'It could not be done: odd\n', exitCode: 1 });
  });

  it('holds nothing that a terminal would obey', () => {
    expect(of(new ForPeople('a\u001b[2Jb')).text).toBe('a\\u001b[2Jb\n');
  });
});
