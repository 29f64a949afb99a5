import type { EventLog, Logger } from '@mps-ledger/event-log';
import type { CheckpointStore, TopicPartition } from './projection';

/** The part of a partition that is not applied yet. */
export interface OffsetRange extends TopicPartition {
  /** The next offset to apply. */
  readonly position: number;
  /** The position after the last record. */
  readonly end: number;
}

export interface SkipExpiredOptions {
  readonly store: Pick<CheckpointStore, 'skip'>;
  readonly log: Pick<EventLog, 'read'>;
  readonly logger: Logger;
}

/**
 * Moves the checkpoint over records that expired before they were applied, to the first record that is left. Answers where to begin.
 * Only for topics whose records expire.
 */
export async function skipExpired(range: OffsetRange, { store, log, logger }: SkipExpiredOptions): Promise<number> {
  const { topic, partition, position } = range;
  const remaining = await firstRemaining(range, log);
  if (remaining === position) return position;
  await store.skip(range, position, remaining);
  logger.info({ topic, partition, from: position, to: remaining }, 'skipped expired records');
  return remaining;
}

async function firstRemaining(
  { topic, partition, position, end }: OffsetRange,
  log: Pick<EventLog, 'read'>,
): Promise<number> {
  for await (const [record] of log.read({ topic, partition, from: position, to: end, maxRecords: 1 }))
    if (record !== undefined) return record.offset;
  return end;
}
