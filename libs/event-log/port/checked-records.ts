import { InvalidRecord, RecordTooLarge } from './errors';
import { MAX_APPEND_BYTES } from './limits';
import type { NewRecord } from './port';

/** Throws `InvalidRecord` for an append of no record. */
export function refuseNothing(records: readonly NewRecord[]): void {
  if (records.length === 0) throw new InvalidRecord('an append needs at least one record');
}

/** Throws `RecordTooLarge` when the records of one append have more bytes than the log takes. */
export function refuseTooLarge(records: number, bytes: number): void {
  if (bytes <= MAX_APPEND_BYTES) return;
  const what = records === 1 ? 'the record has' : `the ${records} records together have`;
  throw new RecordTooLarge(`${what} ${bytes} bytes, headers included; the log takes ${MAX_APPEND_BYTES}`);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Headers as JSON text. Throws `InvalidRecord` for a value that is no string, or has a lone surrogate. */
export function headersText(headers: Readonly<Record<string, string>>): string {
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') throw new InvalidRecord(`the header ${name} is no text`);
    if (LONE_SURROGATE.test(value) || LONE_SURROGATE.test(name)) {
      throw new InvalidRecord(`the header ${JSON.stringify(name)} has a lone surrogate`);
    }
  }
  return JSON.stringify(headers);
}

/** The bytes of one append, as they count towards MAX_APPEND_BYTES. Throws `InvalidRecord` or `RecordTooLarge`. */
export function checkedBytes(records: readonly NewRecord[]): number {
  refuseNothing(records);
  let bytes = 0;
  for (const { key, value, headers } of records) {
    bytes += (key?.length ?? 0) + (value?.length ?? 0) + Buffer.byteLength(headersText(headers));
  }
  refuseTooLarge(records.length, bytes);
  return bytes;
}
