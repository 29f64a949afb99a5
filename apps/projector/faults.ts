import { DatabaseError } from 'pg';

/**
 * Whose fault a failure is.
 * - `environment`: the database or the log is not fit for work just now, or its rows are not what they should be. The same
 *   batch may succeed later; nothing is parked for it.
 * - `refused`: the database will not take what the batch would write, whenever it is asked.
 */
export type Fault = 'environment' | 'refused';

/**
 * Classes of SQLSTATE that say nothing about the rows: connection (08), transaction state and read-only (25), login (28),
 * rollback by conflict (40), missing tables and rights (3D, 3F, 42), resources such as disk and memory (53), locks (55),
 * operator (57), system (58), damaged files (XX001, XX002).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const ENVIRONMENT = /^(?:08|25|28|3D|3F|40|42|53|55|57|58|XX001|XX002)/;

/** Keys of tables that are only ever appended to: a row that is there already means that the checkpoint went back. */
const JOURNALS = new Set(['history_pkey', 'parked_pkey']);

/** Whose fault it is. What is not known is the environment's: then work stops, and no record is blamed. */
export function faultOf(error: unknown): Fault {
  // A text longer than the runtime can hold: fewer records make a shorter one.
  if (error instanceof RangeError) return 'refused';
  if (!(error instanceof DatabaseError) || error.code === undefined) return 'environment';
  if (ENVIRONMENT.test(error.code)) return 'environment';
  return error.constraint !== undefined && JOURNALS.has(error.constraint) ? 'environment' : 'refused';
}

/** The failure in words, for a report or a parked record's reason. */
export function describeFailure(error: unknown): string {
  if (error instanceof DatabaseError) return `${error.code ?? 'database'}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
