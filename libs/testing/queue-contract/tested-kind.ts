import type { EventLog, LogLayout } from '@mps-ledger/event-log';
import type { QueueFaultKind } from '../queue-faults';

/** A configured source, as far as the suite knows it. */
export interface QueueSourceId {
  readonly id: string;
}

/** A queue of the kind under test, with what a spec does to it. */
export interface QueueUnderTest {
  /** What `start` is told of it. */
  readonly source: QueueSourceId;
  send(bodies: readonly (string | Uint8Array)[]): Promise<void>;
  /** Messages that are in it, received or not. */
  remaining(): Promise<number>;
  /** Deliveries so far, redeliveries included. */
  delivered(): Promise<number>;
  /** Polls that were answered so far. */
  polls(): Promise<number>;
  /** Makes what was received and not deleted visible at once, so that its handles are no longer valid. */
  expire(): Promise<void>;
  /** Fails the next batch delete in part. */
  failNextDelete(): Promise<void>;
  /** Makes the source's key wrong, and right again. */
  setKeyRight(isRight: boolean): Promise<void>;
  /** The same queue at an address that begins with `https`, where nothing speaks TLS. */
  readonly sourceOverTls: QueueSourceId;
  /** What the next polls meet, so many of them. */
  failPolls(fault: QueueFaultKind, times: number): Promise<void>;
  /** No poll meets anything any more. */
  clearFaults(): Promise<void>;
  /** Puts the clock that requests are judged by so far ahead of this machine's. */
  skewClock(ms: number): Promise<void>;
  /** Deletes the queue, and creates it again. */
  remove(): Promise<void>;
  restore(): Promise<void>;
}

/** Where queues of the kind under test come from. */
export interface QueueService {
  create(): Promise<QueueUnderTest>;
  close(): Promise<void>;
}

/** A running ingest that receives from queues. */
export interface QueueIngest {
  /** What `/readyz?verbose` would say of a source; null: nothing wrong. */
  problem(source: QueueSourceId): Promise<string | null>;
  isReady(): Promise<boolean>;
  /** The text of its metrics. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** A line of the app's log. */
export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly msg: string;
}

/** A kind of queue, and the app that receives from it. */
export interface QueueSourceUnderTest {
  /** Whether messages of this kind may have any bytes; otherwise any text. */
  readonly anyBytes: boolean;
  /** Codes of failures, as the app logs them. */
  readonly codes: { readonly clock: string; readonly noQueue: string; readonly wrongKey: string };
  /** Whether the client of this kind learns the server's time from a refusal, and signs by it from then on. */
  readonly correctsClock: boolean;
  /** Of the log that the app appends to. */
  readonly layout: LogLayout;
  openService(): Promise<QueueService>;
  /**
   * Starts ingest over the log, with these sources of queues, which try a wrong key again after a second.
   *
   * @param say called with each line of its log
   */
  start(log: EventLog, sources: readonly QueueSourceId[], say: (line: LogLine) => void): Promise<QueueIngest>;
}
