import type { QueueFaultKind } from '../queue-faults';

/** A queue that a program of ours receives from, and what a test does to it. */
export interface ProgramQueue {
  /** Settings with which ingest receives from it. */
  readonly settings: Readonly<Record<string, string>>;
  /** `--via` and `--to` with which the simulator sends to it. */
  readonly way: { readonly via: string; readonly to: string };
  send(bodies: readonly string[]): Promise<void>;
  /** Messages that are in it, received or not. */
  remaining(): Promise<number>;
  /** Deliveries so far, redeliveries included. */
  delivered(): number;
  /** What the next request of this kind meets. */
  fault(fault: QueueFaultKind, request: 'receive' | 'delete'): void;
  /** Makes the program's key wrong, and right again. */
  setKeyRight(isRight: boolean): void;
  close(): Promise<void>;
}

/** Short, so that what a killed program had received comes again soon. */
export const PROGRAM_QUEUE_HIDES_SECONDS = 3;

export const PROGRAM_QUEUE_NAME = 'mps-events';
