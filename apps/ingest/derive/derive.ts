import type { Mutex } from '@mps-ledger/async';
import {
  isGenesis,
  type Appended,
  type Batch,
  type EventLog,
  type LogRecord,
  type NewRecord,
} from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import type { TaskEventType } from '@mps-ledger/tasks';
import { TOPICS } from '@mps-ledger/records';
import { eventsOfRecord, isOfBrokenRecord, type DerivedEvent } from '@mps-ledger/records';
import { makeDerivedChunk, type DerivedChunk } from './derived-chunk';
import type { YieldToCallbacks } from './yield-to-callbacks';

/** The metrics of deriving. */
export interface DeriveMetrics {
  /** Events of these types were appended. */
  appended(types: readonly TaskEventType[]): void;
  /** One raw record could not be interpreted, or not in full. */
  notInterpreted(reason: string): void;
  /** A damaged raw record was read again, and was intact or not. */
  readAgain(isIntact: boolean): void;
  /** Deriving of a partition failed, by a stable code. */
  failed(code: string): void;
}

export interface DeriveOptions {
  readonly append: (topic: string, partition: number, records: readonly NewRecord[]) => Promise<Appended>;
  /** Reads one raw record again, over another connection; undefined where it does not exist. */
  readonly readAgain: (partition: number, offset: number) => Promise<LogRecord | undefined>;
  readonly metrics: Pick<DeriveMetrics, 'appended' | 'notInterpreted' | 'readAgain'>;
  /** Large records are derived one at a time. */
  readonly largeRecords: Mutex<typeof LARGE>;
  /** Waited for before each record. */
  readonly yieldToCallbacks: YieldToCallbacks;
  /** Called after each append of a partition: everything before the position is appended. */
  readonly onProgress?: (partition: number, position: number) => void;
  /** Called when a partition waits to derive a large record, and when it begins. */
  readonly onLargeRecord?: (partition: number, isWaiting: boolean) => void;
  /** Events of several raw records are appended together up to so many bytes. Default 512 KiB. */
  readonly maxSharedBytes?: number;
  /** Bytes of one append at most. Default MAX_APPEND_BYTES. */
  readonly maxAppendBytes?: number;
}

/** The key of `largeRecords`. */
const LARGE = 'large';
/** Raw records from this size on are derived one at a time per process: they take much memory. */
const LARGE_RECORD_BYTES = 256 * 1024;
const MAX_SHARED_BYTES = 512 * 1024;

/**
 * The second step: the events of each raw record are appended to the same partition of the event topic, in order, at least once,
 * those of one record in one append where its size allows. Returns the position up to which everything is appended: `batch.to`,
 * or less if the batch was aborted.
 */
export function makeDerive(options: DeriveOptions): (batch: Batch) => Promise<number> {
  const { largeRecords, yieldToCallbacks, onProgress = () => undefined, onLargeRecord = () => undefined } = options;
  const oneAtATime = (partition: number, work: () => Promise<void>): Promise<void> => {
    onLargeRecord(partition, true);
    return largeRecords.run(LARGE, () => {
      onLargeRecord(partition, false);
      return work();
    });
  };
  return async (batch) => {
    let done = batch.from;
    const chunk = chunkFor(batch, options, () => onProgress(batch.partition, done));
    for (const record of batch.records) {
      await yieldToCallbacks();
      if (batch.signal.aborted) return done;
      if (!isGenesis(record)) {
        const derive = async () => chunk.add(await derivedOf(record, options));
        await ((record.value?.length ?? 0) < LARGE_RECORD_BYTES ? derive() : oneAtATime(batch.partition, derive));
      }
      if (chunk.isEmpty()) done = record.offset + 1;
    }
    await chunk.flush();
    onProgress(batch.partition, batch.to);
    return batch.to;
  };
}

/** How often a damaged raw record is read again before it counts as damaged in the log. */
const MAX_REREADS = 2;

/** Derives a record. A damaged one is read again first: its bytes may have been damaged on the way. */
async function derivedOf(record: LogRecord, options: DeriveOptions): Promise<readonly DerivedEvent[]> {
  const { metrics, readAgain } = options;
  let derived = eventsOfRecord(record);
  for (let times = 0; isOfBrokenRecord(derived) && times < MAX_REREADS; times += 1) {
    derived = eventsOfRecord((await readAgain(record.partition, record.offset)) ?? record);
    metrics.readAgain(!isOfBrokenRecord(derived));
  }
  const last = derived.at(-1)?.event;
  if (last?.type === 'notification.received' && last.data.reason !== undefined)
    metrics.notInterpreted(last.data.reason);
  return derived;
}

function chunkFor(batch: Batch, options: DeriveOptions, onAppended: () => void): DerivedChunk {
  const { append, metrics, maxSharedBytes = MAX_SHARED_BYTES, maxAppendBytes } = options;
  return makeDerivedChunk({
    append: (records) => append(TOPICS.events, batch.partition, records),
    async onAppended(appended) {
      failpoint('derive.after-append');
      metrics.appended(appended.map(({ event }) => event.type));
      onAppended();
      await batch.heartbeat();
    },
    maxSharedBytes,
    ...(maxAppendBytes !== undefined && { maxAppendBytes }),
  });
}

/** Reads one raw record over another connection than the followers'; undefined where it does not exist. */
export async function readOne(
  log: Pick<EventLog, 'read'>,
  partition: number,
  offset: number,
): Promise<LogRecord | undefined> {
  for await (const [record] of log.read({ topic: TOPICS.raw, partition, from: offset, to: offset + 1 })) return record;
  return undefined;
}
