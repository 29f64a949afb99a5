/** The limits of a listener. */
export interface HttpLimits {
  /** A body may have this many bytes. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Request line and header fields together. Default 64 KiB: an id of 10 kB, percent-encoded, takes 30. */
  readonly headerBytes: number;
  /** Open connections; more are dropped. Default 4096. */
  readonly connections: number;
  /** The header fields must be complete in this time; a connection that sends nothing is closed after it. Default 10 s. */
  readonly headersMs: number;
  /** The whole request must be complete in this time. Default 60 s. */
  readonly requestMs: number;
  /** An idle connection is kept for the next request this long. Default 65 s: longer than load balancers wait. */
  readonly keepAliveMs: number;
  /** A connection without traffic in either direction is cut after this. Default 120 s. */
  readonly idleMs: number;
  /** How often the limits above are checked. Default 1 s. */
  readonly checkEveryMs: number;
  /** On closing, requests in flight have this long to be answered. Default 5 s. */
  readonly closeMs: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 1024 * 1024,
  headerBytes: 64 * 1024,
  connections: 4096,
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 65_000,
  idleMs: 120_000,
  checkEveryMs: 1000,
  closeMs: 5000,
};
