/** SQLSTATE of what does not pass by itself: login, names and rights, a full disk. */
const FINAL_STATES = /^(?:28|3D|3F|42|53100)/;
/** Codes of failures that mean other data than expected. */
const FINAL_CODES: ReadonlySet<unknown> = new Set(['log-replaced', 'other-log', 'fold-version', 'checkpoint-missing']);

/** Whether a failure will not pass by itself, so that trying again helps nobody. */
export function isFinalFailure(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return FINAL_CODES.has(error.code) || (typeof error.code === 'string' && FINAL_STATES.test(error.code));
}
