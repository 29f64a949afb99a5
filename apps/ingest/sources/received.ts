import type { LogProblem } from '@mps-ledger/event-log';

/** What is to be answered to a source. Only `accepted` acknowledges. */
export type Received =
  | {
      readonly outcome: 'accepted';
      readonly receipt: string;
      /** Its Sign is right, and its time was over: taken with the trust of an unsigned one. */
      readonly signExpired: boolean;
    }
  /** No notification, and it never will be one: asking again is no use. With an id, it is logged as rejected. */
  | {
      readonly outcome: 'refused';
      readonly code: string;
      readonly detail: string;
      readonly notificationId: string | null;
    }
  /** The source has keys, and none of them made this signature; or not for this time, where the source refuses that. */
  | { readonly outcome: 'unsigned'; readonly reason: 'missing' | 'wrong' | 'expired' }
  /** Nothing is acknowledged; the same may be sent again. */
  | { readonly outcome: 'unavailable'; readonly code: 'log-busy' | ClosedCode; readonly cause?: unknown };

/** Why nothing can be acknowledged for the time being: the log does not answer, or is not to be relied on (see `LogProblem`). */
export type ClosedCode = 'log-unavailable' | LogProblem['code'];

const CLOSED: readonly ClosedCode[] = ['log-replaced', 'log-not-ready', 'log-unsafe'];

/** Why, by what went wrong. */
export function closedBy(cause: unknown): ClosedCode {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return CLOSED.find((one) => one === code) ?? 'log-unavailable';
}
