import type { Batch, EventLog, LogRecord } from '../port/port';
import { topicName, type TopicNaming } from '../port/topic-names';

/**
 * Wraps a log of full topic names in one of names without generations. Where the names are the same, as in the first
 * generations, returns the log itself.
 */
export function nameTopics(
  log: Omit<EventLog, 'guard' | 'append'>,
  { topics = [], ...naming }: TopicNaming & { readonly topics?: readonly string[] },
): Omit<EventLog, 'guard' | 'append'> {
  const named = (topic: string): string => topicName(topic, naming);
  if (topics.every((topic) => named(topic) === topic)) return log;
  const shown = (records: readonly LogRecord[], topic: string): LogRecord[] =>
    records.map((record) => ({ ...record, topic }));
  return {
    ...log,
    follow: ({ topic, onBatch, ...options }) =>
      log.follow({ ...options, topic: named(topic), onBatch: (batch) => onBatch(shownBatch(batch, topic, shown)) }),
    async *read({ topic, ...options }) {
      for await (const records of log.read({ ...options, topic: named(topic) })) yield shown(records, topic);
    },
    endPositions: (topic) => log.endPositions(named(topic)),
    progress: (group, topic) => log.progress(group, named(topic)),
  };
}

function shownBatch(
  batch: Batch,
  topic: string,
  shown: (records: readonly LogRecord[], topic: string) => LogRecord[],
): Batch {
  return { ...batch, topic, records: shown(batch.records, topic), heartbeat: () => batch.heartbeat() };
}
