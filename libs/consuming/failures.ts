import { DatabaseError } from 'pg';

/**
 * What a failure is caused by.
 * - `environment`: the database or the log cannot be used at the moment, or its rows are not as expected. The same batch may succeed
 *   later; nothing is parked.
 * - `rejected`: the database rejects what the batch writes, on every attempt.
 */
export type FailureKind = 'environment' | 'rejected';

/**
 * Classes of SQLSTATE that say nothing about the rows: connection (08), transaction state and read-only (25), login (28),
 * rollback by conflict (40), missing tables and rights (3D, 3F, 42), resources such as disk and memory (53), locks (55),
 * operator (57), system (58), damaged files (XX001, XX002).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const ENVIRONMENT = /^(?:08|25|28|3D|3F|40|42|53|55|57|58|XX001|XX002)/;

/**
 * Classifies a failure. An unknown one counts as `environment`: work stops, and no record is parked.
 *
 * @param appendOnlyKeys see `CheckpointStore`
 */
export function classifyFailure(error: unknown, appendOnlyKeys: ReadonlySet<string> = NO_KEYS): FailureKind {
  // A text longer than a string of the runtime can be: fewer records result in a shorter one.
  if (error instanceof RangeError) return 'rejected';
  if (!(error instanceof DatabaseError) || error.code === undefined) return 'environment';
  if (ENVIRONMENT.test(error.code)) return 'environment';
  return error.constraint !== undefined && appendOnlyKeys.has(error.constraint) ? 'environment' : 'rejected';
}

const NO_KEYS: ReadonlySet<string> = new Set();

/** The failure in words, for health reports and the reason of a parked record. */
export function failureMessage(error: unknown): string {
  if (error instanceof DatabaseError) return `${error.code ?? 'database'}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
