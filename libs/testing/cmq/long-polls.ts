import type { CmqQueueState, CmqStoredMessage } from './queue-state';

interface Poll {
  readonly most: number;
  readonly resolve: (messages: readonly CmqStoredMessage[] | null) => void;
  readonly timer: NodeJS.Timeout;
}

/** The polls that wait for messages of one queue, the first one first. */
export class LongPolls {
  private polls: Poll[] = [];
  private visible: NodeJS.Timeout | null = null;

  constructor(private readonly queue: CmqQueueState) {}

  /** Resolves with messages, with none after the wait, or with null once the queue is deleted. Aborted, it takes no message. */
  wait(most: number, ms: number, signal: AbortSignal): Promise<readonly CmqStoredMessage[] | null> {
    const found = this.queue.receive(most);
    if (found.length > 0 || ms <= 0) return Promise.resolve(found);
    return new Promise((resolve) => {
      const end = (messages: readonly CmqStoredMessage[] | null): void => {
        this.polls = this.polls.filter((one) => one !== poll);
        clearTimeout(poll.timer);
        resolve(messages);
      };
      const poll: Poll = { most, resolve: end, timer: setTimeout(() => end([]), ms) };
      signal.addEventListener('abort', () => end([]), { once: true });
      this.polls.push(poll);
      this.watch();
    });
  }

  /** Delivers what is visible to those that wait. */
  wake(): void {
    for (let poll = this.polls[0]; poll !== undefined; poll = this.polls[0]) {
      const messages = this.queue.receive(poll.most);
      if (messages.length === 0) break;
      poll.resolve(messages);
    }
    this.watch();
  }

  /** The queue is deleted. */
  end(): void {
    for (const poll of [...this.polls]) poll.resolve(null);
    if (this.visible !== null) clearTimeout(this.visible);
  }

  /** Wakes them when the next message becomes visible again. */
  private watch(): void {
    if (this.visible !== null) clearTimeout(this.visible);
    this.visible = null;
    const ms = this.polls.length === 0 ? null : this.queue.untilVisible();
    if (ms !== null) this.visible = setTimeout(() => this.wake(), ms + 1);
  }
}
