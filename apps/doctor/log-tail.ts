import { isGenesis, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { fromRawRecord, TOPICS, type RawNotification } from '@mps-ledger/records';

/** A raw record without its bytes. */
export interface TailRecord {
  readonly partition: number;
  readonly offset: number;
  /** Unix ms, by the log's clock. */
  readonly logged: number;
  readonly source: string;
  readonly transport: string;
  /** Unix ms, by ingest's clock. */
  readonly received: number;
  readonly signature?: RawNotification['signature'];
}

/** The newest raw records of all partitions. */
export interface LogTail {
  /** Newest first. */
  readonly records: readonly TailRecord[];
  /** Whether the raw log has no notification at all. */
  readonly isEmpty: boolean;
}

const CHUNK = 100;
/** Records of a partition at most. */
const MOST = 1_000;
const MOST_MS = 4_000;
export const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Reads backwards, chunk by chunk and partition by partition, the raw records of the last day, and the newest 100 of each partition
 * whatever their age; at most 1,000 of a partition, and no more once four seconds are over. Rejects with a LogError.
 */
export async function readTail(log: Pick<EventLog, 'read'>, ends: readonly number[]): Promise<LogTail> {
  const deadline = performance.now() + MOST_MS;
  const oldest = Date.now() - DAY_MS;
  const records: TailRecord[] = [];
  let open = [...ends.keys()];
  for (let read = 0; read < MOST && open.length > 0; read += CHUNK) {
    const goOn: number[] = [];
    for (const partition of open) {
      if (read > 0 && performance.now() > deadline) break;
      const to = (ends[partition] ?? 0) - read;
      const chunk = await readChunk(log, partition, to);
      records.push(...chunk);
      const isOfTheDay = chunk.every(({ logged }) => logged >= oldest);
      if (isOfTheDay && to > CHUNK) goOn.push(partition);
    }
    open = goOn;
  }
  records.sort((a, b) => b.logged - a.logged);
  return { records, isEmpty: records.length === 0 };
}

async function readChunk(log: Pick<EventLog, 'read'>, partition: number, to: number): Promise<TailRecord[]> {
  const found: TailRecord[] = [];
  for await (const records of log.read({ topic: TOPICS.raw, partition, from: Math.max(0, to - CHUNK), to }))
    for (const record of records) {
      const one = isGenesis(record) ? null : tailRecord(record);
      if (one !== null) found.push(one);
    }
  return found;
}

/** Null for what is no whole raw record. */
function tailRecord(record: LogRecord): TailRecord | null {
  const read = fromRawRecord(record);
  if ('problem' in read) return null;
  const { source, transport, signature, received } = read;
  return {
    ...{ partition: record.partition, offset: record.offset, logged: Date.parse(record.logged) },
    ...{ source, transport, received: Date.parse(received) },
    ...(signature !== undefined && { signature }),
  };
}
