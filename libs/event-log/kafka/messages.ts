import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

import type { LogRecord, NewRecord } from '../port/port';

/** Records as kafkajs takes them, for one partition. */
export function toMessages(partition: number, records: readonly NewRecord[]): Message[] {
  return records.map(({ key, value, headers }) => ({ partition, key, value, headers }));
}

/** A message as the port knows it. */
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
 * kafkajs gives a header that comes several times as a list, and one that is named like something that every object has
 * (`constructor`, `__proto__`) as a list that begins with that: the last of it is always the header's own, and the last.
 */
function toTexts(headers: IHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    const text = last === undefined ? '' : textOf(last);
    // An assignment to `__proto__` would make no member of it.
    if (name === '__proto__') Object.defineProperty(texts, name, { value: text, enumerable: true });
    else texts[name] = text;
  }
  return texts;
}

/** A header without a value, which only others write, counts as empty. */
function textOf(value: Buffer | string | null): string {
  return value === null ? '' : value.toString('utf8');
}
