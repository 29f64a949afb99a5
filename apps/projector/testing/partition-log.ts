import { genesisOf, genesisRecord, partitionOf } from '@mps-ledger/event-log';
import type { Batch, LogIdentity, LogRecord, NewRecord } from '@mps-ledger/event-log';
import { interpret, taskIdIn as findTaskIdIn } from '@mps-ledger/mps';
import type { TaskEvent, Trust } from '@mps-ledger/tasks';
import { partitionKey, toEventRecord, toRejectedRecord, TOPICS, summaryOfRecord } from '@mps-ledger/records';
import type { RejectedNotification } from '@mps-ledger/records';

export const LOG: LogIdentity = { logId: 'abcdefghijkl', logGeneration: 1, eventGeneration: 1, partitions: 4 };

/** A notification as a spec sends it. */
export interface Sent {
  /** The body. */
  readonly body: object;
  readonly trust?: Trust;
  readonly account?: string;
  /** Its raw offset. */
  readonly raw?: number;
}

const LAST = 'mps.notification.received';
const STARTED = Date.UTC(2026, 10, 22, 9);

/** RFC 3339 time of the nth second after nine o'clock. */
export function second(n: number): string {
  return new Date(STARTED + n * 1000).toISOString();
}

/** One partition of the event topic, as derivation would have written it: records by hand, without a log. */
export class PartitionLog {
  readonly records: LogRecord[] = [];
  private offset = 0;
  private rawOffset = 1;

  constructor(
    readonly partition: number,
    readonly topic: string = TOPICS.events,
    readonly log: LogIdentity = LOG,
  ) {
    this.append(genesisRecord(genesisOf(log, { topic, partition }, { topic: TOPICS.events, mapper: 'mps1' })));
  }

  /** The position after the last record. */
  get end(): number {
    return this.offset;
  }

  /** The raw topic's end, as if each notification were one record there. */
  get rawEnd(): number {
    return this.rawOffset;
  }

  /** The next raw offset, which no other notification has then. */
  takeRaw(): number {
    this.rawOffset += 1;
    return this.rawOffset - 1;
  }

  /** The first position from `at` on that lies between two notifications. */
  whole(at: number): number {
    const last = this.records.find((record) => record.offset >= at - 1 && summaryOfRecord(record).type === LAST);
    return last === undefined ? this.end : last.offset + 1;
  }

  append(...records: readonly NewRecord[]): this {
    for (const record of records) {
      const { topic, partition, offset } = this;
      this.records.push({ ...record, topic, partition, offset, logged: second(offset) });
      this.offset += 1;
    }
    return this;
  }

  /** Leaves offsets out, as transactions and compaction do. */
  gap(offsets: number): this {
    this.offset += offsets;
    return this;
  }

  /** Loses what is before an offset. */
  expire(before: number): this {
    this.records.splice(0, this.records.filter(({ offset }) => offset < before).length);
    return this;
  }

  /** Appends the events that a notification says; answers them. It is the next raw record, or the one named. */
  notify({ body, trust = 'callback-signed', account = 'default', raw }: Sent): readonly TaskEvent[] {
    const rawOffset = raw ?? this.rawOffset;
    this.rawOffset = Math.max(this.rawOffset, rawOffset + 1);
    const bytes = Buffer.from(JSON.stringify(body));
    const events = interpret({
      id: `01932d5c-0000-7000-8000-${String(this.partition * 1_000_000 + rawOffset).padStart(12, '0')}`,
      account,
      transport: 'callback',
      trust,
      received: second(rawOffset),
      taskId: findTaskIdIn(bytes),
      rawOffset,
      bytes,
    });
    this.append(...events.map(toEventRecord));
    return events;
  }

  reject(rejected: RejectedNotification): this {
    return this.append(toRejectedRecord(rejected));
  }

  /** A batch of what lies in [from, to). */
  batch(from = 0, to = this.end): Batch {
    const records = this.records.filter(({ offset }) => offset >= from && offset < to);
    const { topic, partition } = this;
    return {
      topic,
      partition,
      from,
      to,
      records,
      signal: new AbortController().signal,
      heartbeat: () => Promise.resolve(),
    };
  }
}

/** A TaskId that belongs to a partition, derived from a name. */
export function taskIdIn(partition: number, name: string, account = 'default', partitions = LOG.partitions): string {
  for (let n = 0; ; n += 1) {
    const taskId = n === 0 ? name : `${name}-${n}`;
    if (partitionOf(partitionKey(account, taskId), partitions) === partition) return taskId;
  }
}

/** A transcode subtask in some state, as the provider notifies it. */
export function transcode(definition: number, status: string, more: object = {}): object {
  return {
    Type: 'Transcode',
    TranscodeTask: { Status: status, ErrCode: 0, Message: '', Input: { Definition: definition }, ...more },
  };
}

/** The body of a workflow task's notification. */
export function workflow(taskId: string, status: string, subtasks: readonly object[] = [], more: object = {}): object {
  return {
    EventType: 'WorkflowTask',
    WorkflowTaskEvent: {
      TaskId: taskId,
      Status: status,
      ErrCode: 0,
      Message: '',
      MediaProcessResultSet: subtasks,
      ...more,
    },
  };
}
