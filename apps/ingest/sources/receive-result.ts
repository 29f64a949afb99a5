import { RecordTooLarge, TooManyWaiting, type LogProblem } from '@mps-ledger/event-log';

/** The answer to a source. Only `accepted` acknowledges. */
export type ReceiveResult =
  | {
      readonly outcome: 'accepted';
      readonly receipt: string;
      /** Its Sign is valid but expired: accepted with the trust of an unsigned one. */
      readonly signExpired: boolean;
      /** Why nothing can be read from it; absent where it is a JSON object. */
      readonly unread?: string;
    }
  /** Not a notification: it must not be sent again. With an id, it is logged as rejected. */
  | {
      readonly outcome: 'refused';
      readonly code: string;
      readonly detail: string;
      readonly notificationId: string | null;
    }
  /** The source has keys, and none of them made this signature, or it is expired and the source refuses that. */
  | { readonly outcome: 'unsigned'; readonly reason: 'missing' | 'wrong' | 'expired' }
  /** Nothing is acknowledged; it may be sent again. */
  | { readonly outcome: 'unavailable'; readonly code: UnavailableCode; readonly cause?: unknown };

/**
 * Why one body is not on the log. `record-too-large`: the log refuses its size, though not that of smaller ones; once its limit is as setup
 * makes it, it takes the body.
 */
export type UnavailableCode = 'log-busy' | 'record-too-large' | ClosedCode;

/** Why nothing can be acknowledged at present: the log does not answer, or has a problem (see `LogProblem`). */
export type ClosedCode = 'log-unavailable' | LogProblem['code'];

const CLOSED_CODES: readonly ClosedCode[] = ['log-replaced', 'log-not-ready', 'log-unsafe'];

/** Why an append failed. */
export function unavailableCodeOf(cause: unknown): UnavailableCode {
  if (cause instanceof TooManyWaiting) return 'log-busy';
  return cause instanceof RecordTooLarge ? 'record-too-large' : closedCodeOf(cause);
}

/** Why the log is closed. */
export function closedCodeOf(cause: unknown): ClosedCode {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return CLOSED_CODES.find((one) => one === code) ?? 'log-unavailable';
}
