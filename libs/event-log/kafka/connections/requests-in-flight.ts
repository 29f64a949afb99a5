import { DamagedAnswer } from './frames';

/** A request that was sent, and is not answered yet. */
export interface SentRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlation: number;
  /** By the clock of `performance.now()`. */
  readonly sent: number;
  /** All of it. */
  readonly frame: Buffer;
}

const JOIN_GROUP = 11;
const SYNC_GROUP = 14;
/** These two are answered when all members of a group have joined. */
const SLOW = new Set([JOIN_GROUP, SYNC_GROUP]);
const SLOW_MS = 60_000;

/** The requests in flight over one connection. A broker answers one after the other, in the order sent. */
export class RequestsInFlight {
  private readonly sent: SentRequest[] = [];

  /** A request is about to be written. */
  add(frame: Buffer): void {
    this.sent.push({
      apiKey: frame.readInt16BE(4),
      apiVersion: frame.readInt16BE(6),
      correlation: frame.readInt32BE(8),
      sent: performance.now(),
      frame,
    });
  }

  /** The request that a frame answers. Throws `DamagedAnswer` where it is not the oldest one. */
  answered(frame: Buffer): SentRequest {
    const correlation = frame.readInt32BE(4);
    const next = this.sent.shift();
    if (next === undefined) throw new DamagedAnswer(`an answer (${correlation}) without a request`);
    if (next.correlation === correlation) return next;
    throw new DamagedAnswer(`an answer to request ${correlation} where request ${next.correlation} is the oldest`);
  }

  /** Whether the oldest one has been unanswered for longer than so many ms, or than joining a group takes. */
  isLate(maxUnansweredMs: number): boolean {
    const [next] = this.sent;
    if (next === undefined) return false;
    return (
      performance.now() - next.sent > (SLOW.has(next.apiKey) ? Math.max(SLOW_MS, maxUnansweredMs) : maxUnansweredMs)
    );
  }
}
