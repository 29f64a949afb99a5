import { makeKafkaLog, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { testBrokers } from '@mps-ledger/testing';
import { fromEventRecord, TOPICS } from '@mps-ledger/records';
import { onKafka, setUp, startPrograms, type Programs } from '../kafka/programs';

export const PARTITIONS = 3;

/** The programs of a ledger on Kafka, and our own reading of its log. */
export interface LedgerOnKafka extends Programs {
  /** What comes after `--topic`: the topics have a prefix of their own. */
  readonly topicPrefix: string;
  readonly log: EventLog;
  /** Sends one callback; answers its status. */
  send(body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<number>;
  /** All that a topic holds just now, partition by partition. */
  records(topic: string): Promise<readonly LogRecord[]>;
  /** Resolves when so many notifications were derived. */
  derived(notifications: number): Promise<void>;
}

/** Sets a ledger up, with programs as processes of their own, and starts it. */
export async function startLedgerOnKafka(databaseUrl: string, topicPrefix: string): Promise<LedgerOnKafka> {
  const settings = { ...onKafka(databaseUrl, topicPrefix), LEDGER_PARTITIONS: `${PARTITIONS}` };
  const { code, said } = await setUp(settings);
  if (code !== 0) throw new Error(`setup ended with ${code}: ${said}`);
  const programs = await startPrograms(settings);
  const layout = { topics: Object.values(TOPICS) };
  const log = makeKafkaLog({ brokers: testBrokers(), layout, topicPrefix, singleBroker: true });
  const records = (topic: string) => readAll(log, topic);
  await Promise.all([programs.ingest.ready(), programs.query.ready()]);
  return {
    ...{ ...programs, topicPrefix, log, records },
    send: async (body, headers = {}) => (await fetch(programs.callbacks, { method: 'POST', body, headers })).status,
    async derived(notifications) {
      await eventually(async () => receivedIn(await records(TOPICS.events)) >= notifications, {
        ...{ timeoutMs: 60_000, what: () => `${notifications} notifications to be derived` },
      });
    },
    async close() {
      await Promise.all([log.close(), programs.close()]);
    },
  };
}

async function readAll(log: EventLog, topic: string): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for (const [partition, to] of (await log.endPositions(topic)).entries())
    for await (const some of log.read({ topic, partition, from: 0, to })) records.push(...some);
  return records;
}

/** How many notifications were derived, by the events of a log. */
export function receivedIn(records: readonly LogRecord[]): number {
  const causes = records.flatMap((record) => {
    const decoded = fromEventRecord(record);
    return decoded.ok && decoded.event.type === 'notification.received' ? [decoded.event.hearing.causationId] : [];
  });
  return new Set(causes).size;
}
