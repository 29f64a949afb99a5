import { Kafka, logLevel, type Admin } from 'kafkajs';
import { type EventLog, makeEventLog, type NewRecord, setUpEventLog } from '@mps-ledger/event-log';
import type { EventLogSettings } from '@mps-ledger/platform';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import type { Stage } from './contract';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export const PARTITIONS = 12;

/** The ledger's topics of one turn, the same for all contestants: 12 partitions each, which begin with a genesis record. */
export interface Topics {
  readonly prefix: string;
  /** Full names. */
  readonly raw: string;
  readonly events: string;
  /** For looking into them. */
  readonly log: EventLog;
  /** Records of a topic (its name without prefix) but for the genesis records, those that came twice included. */
  count(topic: string): Promise<number>;
  /** Removes them. */
  drop(): Promise<void>;
}

/** Makes them as setup does. */
export async function makeTopics(stage: Stage, prefix = stage.makePrefix()): Promise<Topics> {
  const settings: EventLogSettings = {
    EVENT_LOG: 'kafka',
    KAFKA_BROKERS: stage.brokers.split(','),
    KAFKA_SINGLE_BROKER: true,
    KAFKA_TLS: false,
    LEDGER_TOPIC_PREFIX: prefix,
  };
  await setUpEventLog({
    layout: LEDGER_LAYOUT,
    settings: { ...settings, LEDGER_PARTITIONS: PARTITIONS },
    url: '',
    logger: SILENT,
  });
  const log = makeEventLog({ layout: LEDGER_LAYOUT, settings, url: '', name: 'mps-ledger bench', logger: SILENT });
  return {
    prefix,
    raw: prefix + TOPICS.raw,
    events: prefix + TOPICS.events,
    log,
    count: async (topic) => (await log.endPositions(topic)).reduce((sum, end) => sum + end - 1, 0),
    async drop() {
      await log.close();
      await dropTopics(stage, prefix);
    },
  };
}

/** Removes all topics of a prefix. */
export async function dropTopics(stage: Stage, prefix: string): Promise<void> {
  await withAdmin(stage, async (admin) => {
    const names = await admin.listTopics();
    await admin.deleteTopics({ topics: names.filter((name) => name.startsWith(prefix)) });
  });
}

/** Does something as an administrator of the broker. */
export async function withAdmin<Value>(stage: Stage, work: (admin: Admin) => Promise<Value>): Promise<Value> {
  const kafka = new Kafka({ brokers: stage.brokers.split(','), clientId: 'bench', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const RECORDS_AT_ONCE = 100;

/** Appends records, spread evenly over the partitions in turn. */
export async function fill(
  { log }: Topics,
  topic: string,
  count: number,
  recordOf: (number: number) => NewRecord,
): Promise<void> {
  const each = async (partition: number): Promise<void> => {
    const numbers = Array.from(
      { length: Math.ceil((count - partition) / PARTITIONS) },
      (_, at) => at * PARTITIONS + partition,
    );
    for (let at = 0; at < numbers.length; at += RECORDS_AT_ONCE)
      await log.append(topic, partition, numbers.slice(at, at + RECORDS_AT_ONCE).map(recordOf));
  };
  await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => each(partition)));
}
