import { TooManyWaiting, type Appended, type EventLog } from '@mps-ledger/event-log';
import type { EncodedRecord } from '@mps-ledger/records';

/** How long a notification waits for the log: its sender waits for the answer. */
const WITHIN_MS = 10_000;

interface PendingRecord {
  readonly bytes: number;
  readonly since: number;
  readonly appended: Promise<Appended>;
}

/** The appends to one topic, record by record, and what waits of them: the log coalesces and bounds them. */
export class TopicAppends {
  private readonly pending = new Set<PendingRecord>();
  private isClosed = false;

  constructor(
    private readonly log: Pick<EventLog, 'append'>,
    private readonly topic: string,
  ) {}

  /** Bytes of keys and values that wait for the log. */
  get waitingBytes(): number {
    return [...this.pending].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How long the oldest append has waited, in ms; 0 where none waits. */
  get waitingMs(): number {
    const [oldest] = this.pending;
    return oldest === undefined ? 0 : performance.now() - oldest.since;
  }

  /** Resolves with the record's offset once the log holds it. Rejects like `append` of the log. */
  async append(partition: number, record: EncodedRecord): Promise<number> {
    if (this.isClosed) throw new TooManyWaiting('closing');
    const appended = this.log.append(this.topic, partition, [record], { withinMs: WITHIN_MS });
    const one = { bytes: record.key.length + record.value.length, since: performance.now(), appended };
    this.pending.add(one);
    try {
      const [offset] = (await appended).offsets;
      if (offset === undefined) throw new Error('the log answered no offset');
      return offset;
    } finally {
      this.pending.delete(one);
    }
  }

  /** Accepts nothing more, and resolves when nothing waits. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled([...this.pending].map(({ appended }) => appended));
  }
}
