import { checkedBytes } from '../port/checked-records';
import { LogUnavailable, TooManyWaiting } from '../port/errors';
import type { AppendOptions, Appended, NewRecord } from '../port/port';
import { PartitionQueue, type Send } from './partition-queue';
import { PendingAppend } from './pending-append';

export interface AppenderOptions {
  readonly send: Send;
  /** Bytes of all pending appends to one topic. More are refused with `TooManyWaiting`. Default 64 MiB. */
  readonly maxWaitingBytes?: number | undefined;
  /** How long an append may take, in ms, before it is rejected with `AppendUnanswered`. Default 30,000. */
  readonly withinMs?: number | undefined;
  /** Pending appends to one partition are sent together up to so many bytes. Default 512 KiB. */
  readonly maxSendBytes?: number | undefined;
}

/** A topic: its pending bytes, and the queues of the partitions where appends are pending. */
interface PendingTopic {
  bytes: number;
  readonly queues: Map<number, PartitionQueue>;
}

const KIB = 1024;
const MAX_CLOSE_MS = 10_000;
/** How much later than its time an append may be rejected. A timer per append would cost more than the rest of it. */
const EXPIRY_CHECK_MS = 100;

/** Coalesces the appends of one log, within bounds: of waiting bytes by topic, of bytes by send, and of the time of each append. */
export class Appender {
  private readonly topics = new Map<string, PendingTopic>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: AppenderOptions) {}

  /** Bytes that wait or are in flight to a topic. */
  waitingBytes(topic: string): number {
    return this.topics.get(topic)?.bytes ?? 0;
  }

  /** See the port. */
  async append(
    topic: string,
    partition: number,
    records: readonly NewRecord[],
    { withinMs = this.options.withinMs ?? 30_000 }: AppendOptions = {},
  ): Promise<Appended> {
    const bytes = checkedBytes(records);
    if (this.isClosed) throw new LogUnavailable('the log is closed');
    const pending = this.topic(topic);
    if (pending.bytes > 0 && pending.bytes + bytes > (this.options.maxWaitingBytes ?? 64 * KIB * KIB))
      throw new TooManyWaiting(`${pending.bytes} bytes wait to be appended to ${topic} already`);
    pending.bytes += bytes;
    this.timer ??= setTimeout(() => this.expire(), EXPIRY_CHECK_MS);
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + withinMs;
      this.queue(topic, pending, partition).enqueue(new PendingAppend(records, bytes, deadline, resolve, reject));
    });
  }

  /** Refuses further appends and resolves when none is in flight; after `maxMs`, the outcome of those in flight is unknown. */
  async close(maxMs = MAX_CLOSE_MS): Promise<void> {
    this.isClosed = true;
    const queues = this.queues();
    const limit = setTimeout(() => {
      for (const queue of queues) queue.giveUp(new LogUnavailable('the log was closed before the outcome was known'));
    }, maxMs);
    await Promise.all(queues.map((queue) => queue.idle()));
    clearTimeout(limit);
    clearTimeout(this.timer);
  }

  private expire(): void {
    const queues = this.queues();
    for (const queue of queues) queue.expire();
    this.timer = queues.length > 0 ? setTimeout(() => this.expire(), EXPIRY_CHECK_MS) : undefined;
  }

  private queues(): PartitionQueue[] {
    return [...this.topics.values()].flatMap(({ queues }) => [...queues.values()]);
  }

  private topic(name: string): PendingTopic {
    const known = this.topics.get(name) ?? { bytes: 0, queues: new Map<number, PartitionQueue>() };
    this.topics.set(name, known);
    return known;
  }

  private queue(topic: string, pending: PendingTopic, partition: number): PartitionQueue {
    const known = pending.queues.get(partition);
    if (known !== undefined) return known;
    const queue = new PartitionQueue({
      ...{ topic, partition, send: this.options.send, maxSendBytes: this.options.maxSendBytes ?? 512 * KIB },
      onLeft: ({ bytes }) => (pending.bytes -= bytes),
      onIdle: () => pending.queues.delete(partition),
    });
    pending.queues.set(partition, queue);
    return queue;
  }
}
