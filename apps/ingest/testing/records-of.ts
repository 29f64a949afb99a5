import { randomUUID } from 'node:crypto';
import type { EventLog, LogRecord } from '@mps-ledger/event-log';

/** Every record that a topic has now, genesis records left out, in order per partition. */
export async function recordsOf(log: EventLog, topic: string): Promise<readonly LogRecord[]> {
  const ends = await log.endPositions(topic);
  const records: LogRecord[] = [];
  const missing = new Set(ends.keys());
  await new Promise<void>((resolve, reject) => {
    const follower = log.follow({
      group: `spec-${randomUUID()}`,
      topic,
      onBatch(batch) {
        records.push(...batch.records);
        if (batch.to >= (ends[batch.partition] ?? 0)) missing.delete(batch.partition);
        if (missing.size === 0) void follower.stop().then(resolve, reject);
        return Promise.resolve(batch.to);
      },
    });
  });
  return records.filter(({ offset }) => offset > 0);
}

/** How many records were appended between two readings of a topic's ends. */
export function appendedBetween(before: readonly number[], after: readonly number[]): number {
  return after.reduce((count, end, partition) => count + end - (before[partition] ?? 0), 0);
}
