/** Settings of a queue of the double, as the vendor's console has them. */
export interface CmqQueueSettings {
  readonly name: string;
  /** How long a received message is invisible to others. Default 30. */
  readonly visibilityTimeoutSeconds?: number;
  /** TDMQ's maximum unacknowledged time, counted from sending; then the message is gone. Null: none, as in legacy CMQ. Default 3600. */
  readonly maxUnackedSeconds?: number | null;
  /** How long a message is kept in any case. Default 4 days. */
  readonly retentionSeconds?: number;
  /** Default of a poll that does not say how long it waits. Default 0. */
  readonly pollingWaitSeconds?: number;
  /** Default 1 MiB. */
  readonly maxMessageBytes?: number;
  /** Bytes of all messages. Default 1 GiB. */
  readonly heapBytes?: number;
}

export interface CmqQueueStats {
  readonly sent: number;
  /** Polls that were answered, also without a message. */
  readonly polls: number;
  /** Deliveries, redeliveries included. */
  readonly delivered: number;
  readonly redelivered: number;
  readonly deleted: number;
  /** Gone without a delete: acknowledged by the queue itself, or no longer kept. */
  readonly expired: number;
  /** Messages now: to be received, and received but not deleted. */
  readonly visible: number;
  readonly invisible: number;
}

/** A message in the queue. Its body is latin1: one character a byte. */
export interface CmqStoredMessage {
  readonly msgId: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  firstDequeuedAt: number;
  dequeueCount: number;
  /** The only valid handle; null while it is visible. */
  handle: string | null;
  isGone: boolean;
}

export interface CmqQueueOptions {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Called before a message is deleted. */
  readonly onDelete?: (body: Buffer) => void;
}

const SECOND = 1000;
const DAY_SECONDS = 86_400;

/** One queue: at least once, without order after a redelivery. Times are unix milliseconds of the double's clock. */
export class CmqQueueState {
  readonly settings: Required<CmqQueueSettings>;
  readonly createdAt: number;
  private readonly kept = new Map<string, CmqStoredMessage>();
  private readonly received = new Map<string, CmqStoredMessage>();
  private ready: CmqStoredMessage[] = [];
  private nextReady = 0;
  private lastId = 0;
  private heapBytes = 0;
  private counts = { sent: 0, polls: 0, delivered: 0, redelivered: 0, deleted: 0, expired: 0 };

  private readonly now: () => number;

  constructor(
    settings: CmqQueueSettings,
    private readonly options: CmqQueueOptions,
  ) {
    this.settings = {
      ...{ visibilityTimeoutSeconds: 30, maxUnackedSeconds: 3600, retentionSeconds: 4 * DAY_SECONDS },
      ...{ pollingWaitSeconds: 0, maxMessageBytes: 1024 * 1024, heapBytes: 1024 ** 3 },
      ...settings,
    };
    this.now = options.now;
    this.createdAt = this.now();
  }

  /** Answers the message's id, or which limit it exceeds. */
  send(body: string): { readonly msgId: string } | 'message-too-large' | 'heap-full' {
    if (body.length > this.settings.maxMessageBytes) return 'message-too-large';
    if (this.heapBytes + body.length > this.settings.heapBytes) return 'heap-full';
    const msgId = this.newId();
    const sentAt = this.now();
    const message = { ...{ msgId, body, sentAt, visibleAt: 0, firstDequeuedAt: 0 }, ...NEVER_RECEIVED };
    this.kept.set(msgId, message);
    this.ready.push(message);
    this.heapBytes += body.length;
    this.counts.sent += 1;
    return { msgId };
  }

  /** Delivers up to `most` visible messages, each with a new handle. */
  receive(most: number): readonly CmqStoredMessage[] {
    this.sweep();
    const delivered: CmqStoredMessage[] = [];
    while (delivered.length < most && this.nextReady < this.ready.length) {
      const message = this.ready[this.nextReady];
      this.nextReady += 1;
      if (message !== undefined && !message.isGone) delivered.push(this.deliver(message));
    }
    if (this.nextReady > 1024) this.ready = this.ready.slice(this.nextReady);
    if (this.nextReady > 1024) this.nextReady = 0;
    return delivered;
  }

  countPoll(): void {
    this.counts.polls += 1;
  }

  /** False for a handle that is not, or no longer, valid. */
  delete(handle: string): boolean {
    this.sweep();
    const message = this.received.get(handle);
    if (message === undefined) return false;
    this.options.onDelete?.(Buffer.from(message.body, 'latin1'));
    this.forget(message);
    this.counts.deleted += 1;
    return true;
  }

  /** Until the next message becomes visible by itself, ms; null if none will. */
  untilVisible(): number | null {
    const [first] = this.received.values();
    return first === undefined ? null : Math.max(0, first.visibleAt - this.now());
  }

  /** The bodies that are in the queue, received or not. */
  bodies(): readonly Buffer[] {
    this.sweep();
    return [...this.kept.values()].map(({ body }) => Buffer.from(body, 'latin1'));
  }

  stats(): CmqQueueStats {
    this.sweep();
    return { ...this.counts, visible: this.kept.size - this.received.size, invisible: this.received.size };
  }

  /** When the oldest message was sent; null if there is none. */
  oldest(): number | null {
    const [first] = this.kept.values();
    return first?.sentAt ?? null;
  }

  private deliver(message: CmqStoredMessage): CmqStoredMessage {
    const now = this.now();
    message.visibleAt = now + this.settings.visibilityTimeoutSeconds * SECOND;
    message.handle = `${this.newId()}${message.msgId}`;
    message.dequeueCount += 1;
    if (message.firstDequeuedAt === 0) message.firstDequeuedAt = now;
    this.received.set(message.handle, message);
    this.counts.delivered += 1;
    if (message.dequeueCount > 1) this.counts.redelivered += 1;
    return message;
  }

  /** Both maps are in the order of time, as all messages of a queue have the same limits. */
  private sweep(): void {
    const now = this.now();
    const { maxUnackedSeconds, retentionSeconds } = this.settings;
    const lifeMs = Math.min(maxUnackedSeconds ?? retentionSeconds, retentionSeconds) * SECOND;
    for (const message of this.kept.values()) {
      if (message.sentAt + lifeMs > now) break;
      this.forget(message);
      this.counts.expired += 1;
    }
    for (const [handle, message] of this.received) {
      if (message.visibleAt > now) break;
      this.received.delete(handle);
      message.handle = null;
      this.ready.push(message);
    }
  }

  private forget(message: CmqStoredMessage): void {
    message.isGone = true;
    this.heapBytes -= message.body.length;
    this.kept.delete(message.msgId);
    if (message.handle !== null) this.received.delete(message.handle);
  }

  private newId(): string {
    this.lastId += 1;
    return String(100_000_000 + this.lastId);
  }
}

const NEVER_RECEIVED = { dequeueCount: 0, handle: null, isGone: false };
