import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

import type { LogRecord, NewRecord } from '../port/port';

/** Converts records to the messages of kafkajs, for one partition. */
export function toMessages(partition: number, records: readonly NewRecord[]): Message[] {
  return records.map(({ key, value, headers }) => ({ partition, key, value, headers }));
}

/** Converts a message of kafkajs to a record of the port. */
export function toRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    logged: new Date(Number(message.timestamp)).toISOString(),
    key: message.key,
    value: message.value,
    headers: message.headers === undefined ? {} : toTexts(message.headers),
  };
}

/**
 * kafkajs returns a repeated header as a list, and one with the name of a member of every object (`constructor`, `__proto__`) as
 * a list that begins with that member: the last item is always the header's last value.
 */
function toTexts(headers: IHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    const text = last === undefined ? '' : textOf(last);
    // An assignment to `__proto__` would create no member.
    if (name === '__proto__') Object.defineProperty(texts, name, { value: text, enumerable: true });
    else texts[name] = text;
  }
  return texts;
}

/** A header without a value, which only other programs write, counts as empty. */
function textOf(value: Buffer | string | null): string {
  return value === null ? '' : value.toString('utf8');
}
