import { OutOfRange } from '../port/errors';
import { toLogError } from './faults';

const fault = (message: string, code?: string) => Object.assign(new Error(message), code === undefined ? {} : { code });

describe('what went wrong with Postgres', () => {
  it.each([
    ['refused', fault('connect ECONNREFUSED', 'ECONNREFUSED')],
    ['refused on all addresses', new AggregateError([fault('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')], '')],
    ['cut', fault('Connection terminated unexpectedly')],
    ['without answer', fault('Query read timeout')],
    ['shut down', fault('terminating connection', '57P01')],
    ['starting', fault('the database system is starting up', '57P03')],
    ['read-only', fault('cannot execute INSERT in a read-only transaction', '25006')],
    ['out of disk', fault('could not extend file', '53100')],
    ['out of connections', fault('sorry, too many clients already', '53300')],
    ['cancelled by its time limit', fault('canceling statement due to statement timeout', '57014')],
    ['closed to this user', fault('password authentication failed', '28P01')],
  ])('is unavailable when it is %s, saying so', (_, error) => {
    const said = error instanceof AggregateError ? 'ECONNREFUSED ::1:5432' : error.message;
    const logError = toLogError(error);
    expect(logError).toMatchObject({ code: 'log-unavailable', message: expect.stringContaining(said) });
    expect(logError.cause).toBe(error);
  });

  it.each(['3F000', '42P01', '42703', '42501'])('is a missing setup when it answers %s', (code) => {
    expect(toLogError(fault('does not exist', code))).toMatchObject({
      code: 'log-not-ready',
      message: expect.stringContaining('run setup'),
    });
  });

  it('stays what this library says it is', () => {
    const own = new OutOfRange('t', 0, 5, 3);
    expect(toLogError(own)).toBe(own);
  });
});
