import type { Batch, EventLog, LogRecord, Logger } from '@mps-ledger/event-log';
import type { Slice } from './checkpoint';

export interface ReadOnOptions {
  readonly log: Pick<EventLog, 'read'>;
  readonly logger: Logger;
  /** A batch of at least so many records, all of one task, is read on from. Default 200. */
  readonly leastRecords?: number;
  /** Records of the slice at most. Default 4,000. */
  readonly mostRecords?: number;
  /** Bytes of their values at most, give or take a record. Default 4 MiB. */
  readonly mostBytes?: number;
}

/** Does work on a batch, or on the longer slice that begins with it; answers what the work answers. */
export type ReadOn = <Answer>(batch: Batch, work: (slice: Slice) => Promise<Answer>) => Promise<Answer>;

/**
 * A batch of nothing but one task's events is read on from: more of the log is done in the same go. A task of 20,000
 * subtasks has a state of many megabytes, which is read, folded and written whole with each batch; in batches of 500 that
 * is forty times. What is read on is all that follows, whosoever it is, without a gap. One such slice is in memory at a
 * time; whoever comes meanwhile gets the batch as it is, and so does everybody where reading on fails.
 */
export function makeReadOn(options: ReadOnOptions): ReadOn {
  const { leastRecords = 200 } = options;
  let isAtWork = false;
  return async (batch, work) => {
    if (isAtWork || batch.records.length < leastRecords || !isOfOneKey(batch.records)) return work(batch);
    isAtWork = true;
    try {
      return await work(await readOn(batch, options));
    } finally {
      isAtWork = false;
    }
  };
}

async function readOn(batch: Batch, options: ReadOnOptions): Promise<Slice> {
  const { log, logger, mostRecords = 4_000, mostBytes = 4 * 1024 * 1024 } = options;
  const { topic, partition, from } = batch;
  const records = [...batch.records];
  let { to } = batch;
  let bytes = bytesOf(records);
  const stretch = { topic, partition, from: to, to: to + mostRecords - records.length, maxBytes: mostBytes };
  try {
    for await (const more of bytes < mostBytes ? log.read(stretch) : []) {
      records.push(...more);
      bytes += bytesOf(more);
      to = (more.at(-1)?.offset ?? to - 1) + 1;
      if (bytes >= mostBytes || batch.signal.aborted) break;
      await batch.heartbeat();
    }
  } catch (error) {
    logger.debug({ topic, partition, from, to, err: error }, 'a batch could not be read on from');
  }
  return { topic, partition, from, to, records };
}

function isOfOneKey([first, ...others]: readonly LogRecord[]): boolean {
  const key = first?.key ?? null;
  return key !== null && others.every((record) => record.key?.equals(key) === true);
}

function bytesOf(records: readonly LogRecord[]): number {
  return records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
}
