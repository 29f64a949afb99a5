import type { Batch, EventLog, LogRecord, Logger } from '@mps-ledger/event-log';
import type { Slice } from './checkpoint';

export interface ExtendBatchOptions {
  readonly log: Pick<EventLog, 'read'>;
  readonly logger: Logger;
  /** Only batches of at least so many records are extended. Default 200. */
  readonly leastRecords?: number;
  /** Maximum of records in the slice. Default 4,000. */
  readonly mostRecords?: number;
  /** Maximum of their values' bytes, exceeded by one read at most. Default 4 MiB. */
  readonly mostBytes?: number;
}

/** Runs `work` on a batch, or on a longer slice that begins with it; answers what `work` answers. */
export type ExtendBatch = <Answer>(batch: Batch, work: (slice: Slice) => Promise<Answer>) => Promise<Answer>;

/**
 * Extends batches whose records all have one key with the records that follow in the log, of any key and without a gap. State of
 * a key that is read and written whole with each batch is then written less often: with 20,000 records of one key in batches of 500,
 * a few times instead of forty. One such slice is in memory at a time; other batches are left as they are while it is, and neither is a
 * batch where reading the log fails.
 */
export function makeExtendBatch(options: ExtendBatchOptions): ExtendBatch {
  const { leastRecords = 200 } = options;
  let isBusy = false;
  return async (batch, work) => {
    if (isBusy || batch.records.length < leastRecords || !isOfOneKey(batch.records)) return work(batch);
    isBusy = true;
    try {
      return await work(await extendBatch(batch, options));
    } finally {
      isBusy = false;
    }
  };
}

async function extendBatch(batch: Batch, options: ExtendBatchOptions): Promise<Slice> {
  const { log, logger, mostRecords = 4_000, mostBytes = 4 * 1024 * 1024 } = options;
  const { topic, partition, from } = batch;
  const records = [...batch.records];
  let { to } = batch;
  let bytes = bytesOf(records);
  const range = { topic, partition, from: to, to: to + mostRecords - records.length, maxBytes: mostBytes };
  try {
    for await (const more of bytes < mostBytes ? log.read(range) : []) {
      records.push(...more);
      bytes += bytesOf(more);
      to = (more.at(-1)?.offset ?? to - 1) + 1;
      if (bytes >= mostBytes || batch.signal.aborted) break;
      await batch.heartbeat();
    }
  } catch (error) {
    logger.debug({ topic, partition, from, to, err: error }, 'a batch could not be extended');
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
