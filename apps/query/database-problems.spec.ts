import { DatabaseError } from 'pg';
import { ReadModelEmpty } from '@mps-ledger/read-model';
import { databaseProblem } from './database-problems';

function sqlState(code: string): Error {
  return Object.assign(new DatabaseError('no', 1, 'error'), { code });
}

function socketError(code: string): Error {
  return Object.assign(new Error('connect'), { code });
}

describe('a failed read', () => {
  it.each([
    ['database-unreachable', socketError('ECONNREFUSED')],
    ['database-unreachable', new AggregateError([socketError('ECONNREFUSED'), socketError('ECONNREFUSED')])],
    ['database-unreachable', new Error('Connection terminated unexpectedly')],
    ['database-unreachable', sqlState('57P01')],
    ['database-unreachable', sqlState('57P03')],
    ['database-busy', sqlState('53300')],
    ['database-busy', new Error('timeout exceeded when trying to connect')],
    ['query-too-slow', sqlState('57014')],
    ['query-too-slow', new Error('Query read timeout')],
    ['read-model-missing', sqlState('42P01')],
    ['read-model-empty', new ReadModelEmpty('tasks_v1')],
    ['database-refused', sqlState('28P01')],
    ['database-refused', sqlState('42501')],
    ['database-refused', new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string')],
    ['database-refused', socketError('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['database-pooler', sqlState('26000')],
    ['database-pooler', Object.assign(new Error('unsupported startup parameter: x'), { code: '08P01' })],
  ])('is 503 %s, with when to retry and what to do', (code, error) => {
    const problem = databaseProblem(error);
    expect(problem).toMatchObject({ status: 503, code, cause: error });
    expect(problem?.detail?.length).toBeGreaterThan(40);
    expect(Number(problem?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each([new Error('x is not a function'), sqlState('42601'), sqlState('22P02'), 'thrown', null])(
    'for which the database is not to blame stays an internal error: %s',
    (error) => {
      expect(databaseProblem(error)).toBeNull();
    },
  );
});
