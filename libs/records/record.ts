import type { LogRecord, NewRecord } from '@mps-ledger/event-log';

/** A record to append that has a key and a value. */
export interface EncodedRecord extends NewRecord {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** A record of the log to decode, from any topic. */
export type StoredRecord = Omit<LogRecord, 'topic'>;

/** A header's value, or undefined; inherited members do not count. */
export function header(record: Pick<LogRecord, 'headers'>, name: string): string | undefined {
  return Object.hasOwn(record.headers, name) ? record.headers[name] : undefined;
}
