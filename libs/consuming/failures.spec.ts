import { DatabaseError } from 'pg';
import { LogReplaced } from '@mps-ledger/event-log';
import { classifyFailure, failureMessage } from './failures';

function databaseError(code: string, constraint?: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 2, 'error'), { code, constraint });
}

const APPEND_ONLY = new Set(['history_pkey', 'parked_pkey']);

describe('the classification of a failure', () => {
  it.each([
    '08006',
    '25006',
    '25P03',
    '28P01',
    '3D000',
    '40001',
    '40P01',
    '42P01',
    '42501',
    '53100',
    '53200',
    '55P03',
    '57P01',
    '57P03',
    '58030',
    'XX002',
  ])('is environment for %s', (code) => expect(classifyFailure(databaseError(code))).toBe('environment'));

  it.each(['22P05', '22021', '22003', '23514', '23502', '54000', 'P0001', 'XX000'])('is rejected for %s', (code) =>
    expect(classifyFailure(databaseError(code))).toBe('rejected'),
  );

  it('is environment where a row of an append-only table exists already', () => {
    expect(classifyFailure(databaseError('23505', 'history_pkey'), APPEND_ONLY)).toBe('environment');
    expect(classifyFailure(databaseError('23505', 'parked_pkey'), APPEND_ONLY)).toBe('environment');
    expect(classifyFailure(databaseError('23505', 'subtask_pkey'), APPEND_ONLY)).toBe('rejected');
  });

  it('is environment for every error that the database did not send', () => {
    for (const error of [new Error('Connection terminated'), new LogReplaced('x'), 'odd', undefined])
      expect(classifyFailure(error)).toBe('environment');
  });

  it('is rejected where a text is longer than a string can be', () => {
    expect(classifyFailure(new RangeError('Invalid string length'))).toBe('rejected');
  });

  it('has a message with the SQLSTATE of the database', () => {
    expect(failureMessage(databaseError('23514'))).toBe('23514: no');
    expect(failureMessage(new Error('away'))).toBe('away');
  });
});
