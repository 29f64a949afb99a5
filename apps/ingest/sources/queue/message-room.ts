import { pause } from '@mps-ledger/platform';

const MIB = 1024 * 1024;
/** Bytes of answers that the queues of one process hold at once. Their messages take a few times as much memory. */
export const MAX_HELD_BYTES = 64 * MIB;
const LOOK_AGAIN_MS = 50;

/** What one poll holds, from reading its answer until its messages are deleted or left. */
export interface HeldBytes {
  /** Adds bytes; false where there is no room for them, which adds nothing. */
  add(bytes: number): boolean;
  /** Gives back all of them. */
  release(): void;
}

/**
 * Bounds what all queues of a process hold at once, however many there are. A poll begins while half of the room is free; an answer for
 * which there is none is given up, and its messages become visible again.
 */
export class MessageRoom {
  private held = 0;

  constructor(private readonly maxBytes: number = MAX_HELD_BYTES) {}

  get heldBytes(): number {
    return this.held;
  }

  /** Resolves when half of the room is free, or at the signal. Never rejects. */
  async whenFree(signal: AbortSignal): Promise<void> {
    while (this.held > this.maxBytes / 2 && !signal.aborted) await pause(LOOK_AGAIN_MS, signal);
  }

  open(): HeldBytes {
    let own = 0;
    return {
      add: (bytes) => {
        if (this.held + bytes > this.maxBytes) return false;
        this.held += bytes;
        own += bytes;
        return true;
      },
      release: () => {
        this.held -= own;
        own = 0;
      },
    };
  }
}
