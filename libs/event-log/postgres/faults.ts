import { LogError, LogNotReady, LogUnavailable } from '../port/errors';

/** SQLSTATEs of missing tables, or of missing rights on them. */
const NOT_SET_UP: ReadonlyMap<string, string> = new Map([
  ['3F000', 'the schema ledger_log is missing: run setup'],
  ['42P01', 'the tables of ledger_log are missing: run setup'],
  ['42703', 'the tables of ledger_log are of another version: run setup'],
  ['42883', 'the functions of ledger_log are missing: run setup'],
  ['42501', 'this user may not use ledger_log: run setup as the user that the programs use, or grant it'],
]);

/**
 * Maps any failure of Postgres, or of the connection to it, to the port's errors: `LogNotReady` where setup has to run, else
 * `LogUnavailable` (not reached, shut down, read-only, out of disk, memory or connections, timed out, deadlocked …: all may
 * be temporary). Errors of this library are returned unchanged.
 */
export function toLogError(error: unknown): LogError {
  if (error instanceof LogError) return error;
  const { message, code } = describe(error);
  const notSetUp = code === undefined ? undefined : NOT_SET_UP.get(code);
  if (notSetUp !== undefined) return new LogNotReady(`${notSetUp} (${message})`, { cause: error });
  return new LogUnavailable(`the log cannot be used: ${message}`, { cause: error });
}

/** The reason in a few words, for the log. */
export function reasonOf(error: unknown): string {
  return describe(error).message;
}

function describe(error: unknown): { message: string; code: string | undefined } {
  // Several addresses of one host, all refused.
  if (error instanceof AggregateError && error.message === '') {
    return describe(error.errors[0]);
  }
  if (!(error instanceof Error)) return { message: String(error), code: undefined };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { message: code === undefined ? error.message : `${error.message} (${code})`, code };
}
