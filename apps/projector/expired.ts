import type { Pool } from 'pg';
import type { EventLog, Logger } from '@mps-ledger/event-log';
import { passOver } from '@mps-ledger/read-model';

/** What is still to be applied of a partition whose records expire. */
export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to apply. */
  readonly position: number;
  /** The position after the last record. */
  readonly end: number;
}

export interface PassExpiredOptions {
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'read'>;
  readonly logger: Logger;
}

/**
 * Records that expired before they were applied, while no projector ran or before this one's rows were begun, are gone for
 * good: the checkpoint moves to the first one that is left. Answers where to begin.
 */
export async function passExpired(stretch: Stretch, { pool, log, logger }: PassExpiredOptions): Promise<number> {
  const { topic, partition, position } = stretch;
  const first = await firstLeft(stretch, log);
  if (first === position) return position;
  await passOver(pool, topic, partition, position, first);
  logger.info({ topic, partition, from: position, to: first }, 'passed over what the log does not have any more');
  return first;
}

async function firstLeft({ topic, partition, position, end }: Stretch, log: Pick<EventLog, 'read'>): Promise<number> {
  for await (const [record] of log.read({ topic, partition, from: position, to: end, maxRecords: 1 }))
    if (record !== undefined) return record.offset;
  return end;
}
