import { checkedBytes } from '../../port/checked-records';
import { LogUnavailable } from '../../port/errors';
import type { Appended, NewRecord } from '../../port/port';
import { PartitionQueue } from './partition-queue';
import type { Outgoing } from './requests';
import type { Landed } from './send';

export interface AppenderOptions {
  /** Sends to one partition; settles in bounded time. Undefined where there was nothing to send. */
  readonly send: (outgoing: Outgoing) => Promise<Landed | undefined>;
  /** Bytes of all pending appends. More are refused with `LogUnavailable`. */
  readonly maxWaitingBytes: number;
  /** How long an append may take before its outcome is reported as unknown, in ms. */
  readonly deadlineMs: number;
  /** Pending appends to one partition are sent together up to so many bytes. */
  readonly maxBatchBytes: number;
}

/** Queues each append for its partition. An outcome that is unknown at the deadline is reported as `LogUnavailable`. */
export class Appender {
  private readonly queues = new Map<string, PartitionQueue>();
  private waitingBytes = 0;
  private isClosed = false;

  constructor(private readonly options: AppenderOptions) {}

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    const bytes = checkedBytes(records);
    if (this.isClosed) throw new LogUnavailable('the log is closed');
    if (this.waitingBytes + bytes > this.options.maxWaitingBytes) {
      throw new LogUnavailable(`${this.waitingBytes} bytes wait to be appended already`);
    }
    return this.outcome(topic, partition, records, bytes);
  }

  /** Refuses further appends and resolves when none is in flight; after `maxMs`, the outcome of those in flight is unknown. */
  async close(maxMs: number): Promise<void> {
    this.isClosed = true;
    const queues = [...this.queues.values()];
    const limit = setTimeout(() => {
      for (const queue of queues) queue.giveUp(new LogUnavailable('the log was closed before the outcome was known'));
    }, maxMs);
    await Promise.all(queues.map((queue) => queue.idle()));
    clearTimeout(limit);
  }

  private outcome(topic: string, partition: number, records: readonly NewRecord[], bytes: number): Promise<Appended> {
    const { deadlineMs } = this.options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new LogUnavailable(`it is not known whether ${topic}/${partition} was written after ${deadlineMs} ms`));
      }, deadlineMs);
      const settled =
        <Value>(how: (value: Value) => void) =>
        (value: Value): void => {
          clearTimeout(timer);
          how(value);
        };
      const deadline = performance.now() + deadlineMs;
      this.waitingBytes += bytes;
      const release = (): void => {
        this.waitingBytes -= bytes;
      };
      this.line(topic, partition).enqueue({
        ...{ records, bytes, deadline, release },
        ...{ succeed: settled(resolve), fail: settled(reject) },
      });
    });
  }

  private line(topic: string, partition: number): PartitionQueue {
    const key = `${topic}/${partition}`;
    const known = this.queues.get(key);
    if (known !== undefined) return known;
    const queue = new PartitionQueue({
      send: (take) => this.options.send({ topic, partition, take }),
      maxBatchBytes: this.options.maxBatchBytes,
      onIdle: () => this.queues.delete(key),
    });
    this.queues.set(key, queue);
    return queue;
  }
}
