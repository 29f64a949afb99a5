import { isGenesis, type Appended, type Batch, type LogRecord, type NewRecord } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import type { TaskEventType } from '@mps-ledger/tasks';
import { TOPICS } from '@mps-ledger/wire';
import { eventsOfRecord, type DerivedEvent } from '@mps-ledger/derivation';
import type { GiveWay } from './give-way';
import type { Turns } from './turns';

/** Who derives: the group that follows the raw topic. */
export const DERIVE_GROUP = 'mps-ledger.derive';

/** What is counted of deriving. */
export interface DeriveMetrics {
  /** Events of these types were appended. */
  appended(types: readonly TaskEventType[]): void;
  /** One raw record could not be interpreted, or not in full. */
  notInterpreted(reason: string): void;
}

export interface DeriveOptions {
  readonly append: (topic: string, partition: number, records: readonly NewRecord[]) => Promise<Appended>;
  readonly metrics: DeriveMetrics;
  /** What may be large in memory happens one after the other. */
  readonly turns: Turns;
  /** Waited for before each record. */
  readonly giveWay: GiveWay;
  /** Bytes of one append at most; a larger event goes alone. Default 512 KiB. */
  readonly maxAppendBytes?: number;
}

/** Raw records from this size on are derived one at a time in a process. */
const LARGE_RECORD = 256 * 1024;

/**
 * The second step: the events of each raw record are appended to the same partition of the event topic, in order, at
 * least once. Answers the position up to which everything is appended: `batch.to`, or less if the batch was aborted.
 */
export function makeDerive(options: DeriveOptions): (batch: Batch) => Promise<number> {
  const { turns, giveWay } = options;
  return async (batch) => {
    const chunk = makeChunk(batch, options);
    let done = batch.from;
    for (const record of batch.records) {
      await giveWay();
      if (batch.signal.aborted) return done;
      if (!isGenesis(record)) {
        const derive = () => deriveRecord(record, chunk, options.metrics);
        await ((record.value?.length ?? 0) < LARGE_RECORD ? derive() : turns.take(derive));
      }
      if (chunk.isEmpty()) done = record.offset + 1;
    }
    await chunk.flush();
    return batch.to;
  };
}

async function deriveRecord(record: LogRecord, chunk: Chunk, metrics: DeriveMetrics): Promise<void> {
  for (const derived of eventsOfRecord(record)) {
    if (!chunk.hasRoomFor(derived)) await chunk.flush();
    chunk.add(derived);
    const { event } = derived;
    if (event.type === 'notification.received' && event.data.reason !== undefined)
      metrics.notInterpreted(event.data.reason);
  }
  if (chunk.isFull()) await chunk.flush();
}

/** Events that wait for the next append. */
interface Chunk {
  isEmpty(): boolean;
  isFull(): boolean;
  hasRoomFor(derived: DerivedEvent): boolean;
  add(derived: DerivedEvent): void;
  /** Appends what waits, if anything does, and says "still at work". */
  flush(): Promise<void>;
}

function makeChunk(batch: Batch, { append, metrics, maxAppendBytes = 512 * 1024 }: DeriveOptions): Chunk {
  let waiting: DerivedEvent[] = [];
  let bytes = 0;
  return {
    isEmpty: () => waiting.length === 0,
    isFull: () => bytes >= maxAppendBytes,
    hasRoomFor: (derived) => waiting.length === 0 || bytes + derived.bytes <= maxAppendBytes,
    add(derived) {
      waiting.push(derived);
      bytes += derived.bytes;
    },
    async flush() {
      if (waiting.length === 0) return;
      const appended = waiting;
      waiting = [];
      bytes = 0;
      await append(
        TOPICS.events,
        batch.partition,
        appended.map(({ record }) => record),
      );
      failpoint('derive.after-append');
      metrics.appended(appended.map(({ event }) => event.type));
      await batch.heartbeat();
    },
  };
}
