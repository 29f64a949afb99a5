import { InvalidRecord, RecordTooLarge } from './errors';
import { MAX_APPEND_BYTES } from './limits';
import type { NewRecord } from './port';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** The bytes of one append, as they count towards MAX_APPEND_BYTES. Throws `InvalidRecord` or `RecordTooLarge`. */
export function checkedBytes(records: readonly NewRecord[]): number {
  if (records.length === 0) throw new InvalidRecord('an append needs at least one record');
  let bytes = 0;
  for (const { key, value, headers } of records)
    bytes += (key?.length ?? 0) + (value?.length ?? 0) + Buffer.byteLength(checkedText(headers));
  if (bytes <= MAX_APPEND_BYTES) return bytes;
  const what = records.length === 1 ? 'the record has' : `the ${records.length} records together have`;
  throw new RecordTooLarge(`${what} ${bytes} bytes, headers included; the log takes ${MAX_APPEND_BYTES}`);
}

/** Headers as JSON text. Throws `InvalidRecord` for a value that is no string, or has a lone surrogate. */
function checkedText(headers: Readonly<Record<string, string>>): string {
  for (const name in headers)
    if (typeof headers[name] !== 'string') throw new InvalidRecord(`the header ${name} is no text`);
  const text = JSON.stringify(headers);
  // JSON escapes lone surrogates: what has no such escape is not searched for them.
  if (!text.includes('\\ud')) return text;
  for (const [name, value] of Object.entries(headers))
    if (LONE_SURROGATE.test(value) || LONE_SURROGATE.test(name))
      throw new InvalidRecord(`the header ${JSON.stringify(name)} has a lone surrogate`);
  return text;
}
