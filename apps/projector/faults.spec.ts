import { DatabaseError } from 'pg';
import { LogReplaced } from '@mps-ledger/event-log';
import { describeFailure, faultOf } from './faults';

function refusal(code: string, constraint?: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 2, 'error'), { code, constraint });
}

describe('whose fault a failure is', () => {
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
  ])("is the environment's for %s", (code) => expect(faultOf(refusal(code))).toBe('environment'));

  it.each(['22P05', '22021', '22003', '23514', '23502', '54000', 'P0001', 'XX000'])("is the rows' for %s", (code) =>
    expect(faultOf(refusal(code))).toBe('refused'),
  );

  it("is the environment's where a row of an append-only table is there already", () => {
    expect(faultOf(refusal('23505', 'history_pkey'))).toBe('environment');
    expect(faultOf(refusal('23505', 'parked_pkey'))).toBe('environment');
    expect(faultOf(refusal('23505', 'subtask_pkey'))).toBe('refused');
  });

  it("is the environment's for whatever is not the database's own word", () => {
    for (const error of [new Error('Connection terminated'), new LogReplaced('x'), 'odd', undefined])
      expect(faultOf(error)).toBe('environment');
  });

  it("is the rows' where their text is longer than the runtime can hold", () => {
    expect(faultOf(new RangeError('Invalid string length'))).toBe('refused');
  });

  it("is told with the database's code", () => {
    expect(describeFailure(refusal('23514'))).toBe('23514: no');
    expect(describeFailure(new Error('away'))).toBe('away');
  });
});
