import type { EventLog, LogLayout } from '@mps-ledger/event-log';

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

/** A kind of queue, and the app that receives from it. */
export interface QueueSourceUnderTest {
  /** Whether messages of this kind may have any bytes; otherwise any text. */
  readonly anyBytes: boolean;
  /** Of the log that the app appends to. */
  readonly layout: LogLayout;
  openService(): Promise<QueueService>;
  /** Starts ingest over the log, with these sources of queues, which try a wrong key again after a second. */
  start(log: EventLog, sources: readonly QueueSourceId[]): Promise<QueueIngest>;
}
