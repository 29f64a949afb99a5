import { LogUnavailable } from '@mps-ledger/event-log';
import type { Appended, EventLog, NewRecord } from '@mps-ledger/event-log';

/** A record with a text as value. */
export function record(value: string, headers: Record<string, string> = {}): NewRecord {
  return { key: Buffer.from('key'), value: Buffer.from(value), headers };
}

/** Appends until the record is acknowledged; while the log is unavailable it retries, like any appender. */
export async function appendUntilAcknowledged(
  log: EventLog,
  topic: string,
  partition: number,
  records: readonly NewRecord[],
): Promise<Appended> {
  for (;;) {
    try {
      return await log.append(topic, partition, records);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
  }
}

/** Appends texts one by one, each until it is acknowledged. */
export async function appendEach(
  log: EventLog,
  topic: string,
  partition: number,
  texts: readonly string[],
): Promise<void> {
  for (const text of texts) await appendUntilAcknowledged(log, topic, partition, [record(text)]);
}

/** `<name>-0`, `<name>-1`, … */
export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}
