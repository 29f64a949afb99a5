import type { Claim } from './claims';
import { ERROR_CLASS_TABLE, ERROR_CODE_EXT_TABLE, LIVE_CODE_TABLE } from './error-knowledge';
import type { CodeRow, ErrorClass } from './error-knowledge';
import type { TaskKind } from './task-events';

/** What is known about a failure beyond its codes; all null if nothing failed. */
export interface ErrorView {
  readonly error_class: ErrorClass | null;
  /** Whether the same request may succeed later; null if not known. */
  readonly retryable: boolean | null;
  /** What the code means and where that is documented; null for a code that is not documented. */
  readonly error_note: string | null;
}

type FailedEnd = Pick<Claim, 'end' | 'errorCode' | 'errorCodeExt'>;

const NO_FAILURE: ErrorView = { error_class: null, retryable: null, error_note: null };

const CLASSES = new Map(ERROR_CLASS_TABLE.map((row) => [keyOf(row.prefix), row]));
const notesOf = (table: readonly CodeRow[]) => new Map(table.map((row) => [keyOf(row.code), noteOf(row)]));
const EXT_NOTES = notesOf(ERROR_CODE_EXT_TABLE);
const LIVE_NOTES = notesOf(LIVE_CODE_TABLE);

/**
 * Classifies a failed end by what stands before the first dot of its ErrCodeExt; if that is absent or blank, by its ErrCode, which is the only code of
 * a task itself. Case and surrounding white space do not matter. A number, and any other name, is `unknown`.
 *
 * @param kind of the task, for the end of a task itself: the codes of a live stream have notes of their own.
 */
export function describeError(claim: FailedEnd | undefined, kind?: TaskKind): ErrorView {
  if (claim?.end !== 'failed') return NO_FAILURE;
  const code = keyOf(claim.errorCodeExt) || keyOf(claim.errorCode);
  const known = CLASSES.get(keyOf(code.split('.', 1)[0]));
  const notes = kind === 'live' ? LIVE_NOTES : EXT_NOTES;
  return {
    error_class: known?.errorClass ?? 'unknown',
    retryable: known?.retryable ?? null,
    error_note: notes.get(code) ?? null,
  };
}

/** Classifies the code of a task's own end, as a row has it: null where it has no end, 0 for a success. */
export function describeErrorCode(errorCode: number | string | null): Pick<ErrorView, 'error_class' | 'retryable'> {
  const end = errorCode === null || String(errorCode) === '0' ? 'succeeded' : 'failed';
  const { error_class, retryable } = describeError({ end, errorCode: errorCode ?? undefined });
  return { error_class, retryable };
}

/** Whether what failed with an error of this class may succeed later; null if not known. */
export function isRetryable(errorClass: ErrorClass): boolean | null {
  return ERROR_CLASS_TABLE.find((row) => row.errorClass === errorClass)?.retryable ?? null;
}

function keyOf(code: number | string | undefined): string {
  return String(code ?? '')
    .trim()
    .toLowerCase();
}

function noteOf({ code, meaning, source }: CodeRow): string {
  return `${meaning ?? code}: ${source}`;
}
