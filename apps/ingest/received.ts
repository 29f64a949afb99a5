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
  | { readonly outcome: 'unavailable'; readonly code: 'log-unavailable' | 'log-busy'; readonly cause?: unknown };
