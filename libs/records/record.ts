import type { LogRecord, NewRecord } from '@mps-ledger/event-log';

/** A record to append as this library makes it: with key and value. */
export interface EncodedRecord extends NewRecord {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** A record of the log to decode, whichever topic it is from. */
export type StoredRecord = Omit<LogRecord, 'topic'>;

/** A header's value, or undefined; never a member of Object.prototype. */
export function header(record: Pick<LogRecord, 'headers'>, name: string): string | undefined {
  return Object.hasOwn(record.headers, name) ? record.headers[name] : undefined;
}
