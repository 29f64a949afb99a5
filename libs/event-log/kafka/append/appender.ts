import { checkedBytes } from '../../port/checked-records';
import { LogUnavailable } from '../../port/errors';
import type { Appended, NewRecord } from '../../port/port';
import { PartitionQueue } from './partition-queue';
import type { Outgoing } from './requests';
import type { Landed } from './send';

export interface AppenderOptions {
  /** Sends to one partition; settles in bounded time. Undefined where there was nothing to take. */
  readonly send: (outgoing: Outgoing) => Promise<Landed | undefined>;
  /** Bytes that may wait for their outcome, in all. More are refused with `LogUnavailable`. */
  readonly maxWaitingBytes: number;
  /** How long an append may take before its outcome is reported as unknown, in ms. */
  readonly deadlineMs: number;
  /** Appends to one partition that wait may be sent together up to so many bytes. */
  readonly maxBatchBytes: number;
}

/** Appends, each in the line of its partition. What is reported as appended is; what is not known in time, as unavailable. */
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

  /** Refuses further appends and resolves when none is under way; after so long, those that are count as unknown. */
  async close(patienceMs: number): Promise<void> {
    this.isClosed = true;
    const lines = [...this.queues.values()];
    const impatience = setTimeout(() => {
      for (const queue of lines) queue.giveUp(new LogUnavailable('the log was closed before this was known'));
    }, patienceMs);
    await Promise.all(lines.map((line) => line.idle()));
    clearTimeout(impatience);
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
    const line = new PartitionQueue({
      send: (take) => this.options.send({ topic, partition, take }),
      maxBatchBytes: this.options.maxBatchBytes,
      onIdle: () => this.queues.delete(key),
    });
    this.queues.set(key, line);
    return line;
  }
}
