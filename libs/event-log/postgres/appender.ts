import { LogUnavailable } from '../port/errors';
import type { Appended, NewRecord } from '../port/port';
import { packRecords, type PackedRecords } from './append';

export interface AppenderOptions {
  /** Appends packed records to a partition. */
  readonly append: (topic: string, partition: number, records: PackedRecords) => Promise<Appended>;
  /** Called with the new end of a partition after each append. */
  readonly onAppended: (topic: string, partition: number, end: number) => void;
  /** Bytes of all pending appends. More are refused with `LogUnavailable`. */
  readonly maxWaitingBytes: number;
}

interface PendingAppend {
  readonly records: PackedRecords;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends one append at a time to each partition, in the order of the calls: in parallel they would wait for the same lock, each
 * holding a connection. When one fails, all that wait behind it fail with it, so that timeouts do not add up.
 */
export class Appender {
  private readonly queues = new Map<string, PendingAppend[]>();
  private readonly draining = new Set<Promise<void>>();
  private waitingBytes = 0;
  private isClosed = false;

  constructor(private readonly options: AppenderOptions) {}

  async append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    const packed = packRecords(records);
    if (this.isClosed) throw new LogUnavailable('the log is closed');
    if (this.waitingBytes + packed.bytes.length > this.options.maxWaitingBytes) {
      throw new LogUnavailable(`${this.waitingBytes} bytes wait to be appended already`);
    }
    return new Promise((resolve, reject) => {
      this.enqueue(topic, partition, { records: packed, resolve, reject });
    });
  }

  /** Refuses further appends and resolves when none is in flight. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.draining);
  }

  private enqueue(topic: string, partition: number, waiting: PendingAppend): void {
    this.waitingBytes += waiting.records.bytes.length;
    const key = `${topic}/${partition}`;
    const line = this.queues.get(key);
    if (line !== undefined) {
      line.push(waiting);
      return;
    }
    const fresh = [waiting];
    this.queues.set(key, fresh);
    const done = this.drain(topic, partition, fresh).finally(() => {
      this.draining.delete(done);
    });
    this.draining.add(done);
  }

  private async drain(topic: string, partition: number, line: PendingAppend[]): Promise<void> {
    for (let next = line[0]; next !== undefined; next = line[0]) {
      try {
        const appended = await this.options.append(topic, partition, next.records);
        this.options.onAppended(topic, partition, (appended.offsets.at(-1) ?? 0) + 1);
        this.dequeue(line, 1);
        next.resolve(appended);
      } catch (error) {
        for (const one of this.dequeue(line, line.length)) one.reject(error);
      }
    }
    this.queues.delete(`${topic}/${partition}`);
  }

  private dequeue(line: PendingAppend[], count: number): PendingAppend[] {
    const leaving = line.splice(0, count);
    for (const { records } of leaving) this.waitingBytes -= records.bytes.length;
    return leaving;
  }
}
