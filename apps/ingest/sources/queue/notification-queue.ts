import type { CmqFailure } from '@mps-ledger/cmq';
import type { HeldBytes } from './message-room';

/** A message of a queue, with the framing of the queue's API taken off. */
export interface QueueMessage {
  /** Exactly what was sent. */
  readonly bytes: Buffer;
  /** What deletes it; undefined where the queue gave none, so that it cannot be deleted. */
  readonly handle: string | undefined;
  /** The queue's own ids and times, by name of header. */
  readonly transportIds: Readonly<Record<string, string>>;
  /** When it was sent, unix milliseconds. */
  readonly sentAt: number | undefined;
  /** What is wrong with its framing. */
  readonly remark?: string;
}

/** A message that was not deleted: it becomes visible again. */
export interface Undeleted {
  readonly handle: string;
  readonly code: string;
  /** Whether the handle is no longer valid, so that trying again is of no use. */
  readonly isInvalid: boolean;
}

/** A queue that notifications are received from. Both calls reject with a `QueueFailure`, or with the reason of the signal. */
export interface NotificationQueue {
  /** In words, for log lines: where it is, without secrets. */
  readonly place: string;
  /** The queue forgets a message so long after it was sent, received or not; as far as is known at present. */
  readonly maxUnackedMs: number;
  /**
   * Waits for up to `max` messages for as long as this queue's polls last. None is an empty list. The bytes of the answer are added to
   * `held`; where there is no room for them it rejects with a failure of kind `too-large`. Default: there is room.
   */
  receive(max: number, signal: AbortSignal, held?: HeldBytes): Promise<readonly QueueMessage[]>;
  /** Deletes messages, at most as many as one call receives; answers those that were not deleted. */
  delete(handles: readonly string[], signal: AbortSignal): Promise<readonly Undeleted[]>;
  close(): void;
}

/** Messages of one poll at most. */
export const MAX_MESSAGES = 16;

/** What a failure of any queue demands: the four words of the client of CMQ. A wrong configuration is tried again every minute. */
export type QueueFailureKind = CmqFailure;

/** A queue could not be used. The message says what happened, and what to do where that is known. */
export class QueueFailure extends Error {
  override readonly name = 'QueueFailure';

  constructor(
    readonly code: string,
    readonly kind: QueueFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** There was no room for an answer: fewer messages at once, later. */
export function noRoom(options?: ErrorOptions): QueueFailure {
  return new QueueFailure(
    'no-room',
    'too-large',
    'The queues of this process hold as many bytes as they may: the answer was given up, and its messages come again.',
    options,
  );
}

/** Any error of a queue as a `QueueFailure`: what is not known is tried again. */
export function queueFailureOf(error: unknown): QueueFailure {
  if (error instanceof QueueFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new QueueFailure('unexpected', 'unavailable', message, { cause: error });
}
