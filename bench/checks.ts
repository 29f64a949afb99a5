import { isGenesis } from '@mps-ledger/event-log';
import { summaryOfRecord, TOPICS } from '@mps-ledger/records';
import { Disqualified } from './contract';
import { inParallel } from './load';
import { notificationTemplate, numberIn } from './notifications';
import { PARTITIONS, type Topics } from './topics';

/** How many partitions are read at once. */
const AT_ONCE = 4;

/** The content of a topic, without genesis records. */
export interface Held {
  readonly records: number;
  /** Of the data of events; what else their values hold depends on their places. */
  readonly dataBytes: number;
  /** Of events: those that differ in the notification they come from or in their id. */
  readonly distinct: number;
}

/** Reads a topic, given by its name without prefix, and sums up its records. */
export async function held(topics: Topics, topic: string, each?: (value: Buffer) => void): Promise<Held> {
  const ends = await topics.log.endPositions(topic);
  let [records, dataBytes] = [0, 0];
  const ids = new Set<string>();
  const readOne = async (partition: number): Promise<void> => {
    for await (const batch of topics.log.read({ topic, partition, from: 0, to: ends[partition] ?? 0 })) {
      for (const record of batch) {
        if (isGenesis(record)) continue;
        records += 1;
        if (topic === TOPICS.events) {
          const { causationId = '', eventId = '' } = summaryOfRecord(record);
          ids.add(`${causationId} ${eventId}`);
          dataBytes += dataBytesOf(record.value ?? Buffer.alloc(0));
        }
        if (record.value !== null) each?.(record.value);
      }
    }
  };
  await inParallel(PARTITIONS, AT_ONCE, readOne);
  return { records, dataBytes, distinct: ids.size };
}

const DATA = '"data":';

/** Bytes of the data in an event record's value, as this software writes it. */
export function dataBytesOf(value: Buffer): number {
  return value.length - value.indexOf(DATA) - DATA.length - 1;
}

/** Checks that a topic contains each notification of a run, from number 0 on, exactly once and unchanged. Throws otherwise. */
export async function checkNotifications(topics: Topics, topic: string, run: string, count: number): Promise<void> {
  const template = notificationTemplate(run);
  const seen = new Uint8Array(count);
  let strange = 0;
  await held(topics, topic, (value) => {
    const number = numberIn(template, value);
    if (number >= 0 && number < count) seen[number] = (seen[number] ?? 0) + 1;
    else strange += 1;
  });
  const missing = seen.filter((times) => times === 0).length;
  const doubled = seen.filter((times) => times > 1).length;
  if (missing + doubled + strange > 0)
    throw new Disqualified(
      `of ${count} notifications ${missing} are missing, ${doubled} doubled, ${strange} not those sent`,
    );
}

/** Throws, naming the quantity, unless two numbers are equal. */
export function checkSame(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Disqualified(`${what}: ${found} instead of ${wanted}`);
}
