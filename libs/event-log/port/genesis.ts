import type { DerivedTopic, LogIdentity, NewRecord } from './port';

/**
 * The format of genesis records and of the records after them. It rises with each change that an earlier build would misread; a
 * build reads its own format only. (Format 1 was that of builds before the first release.)
 */
export const LOG_FORMAT = 2;

/** The content of a genesis record: the log's identity, and the topic and partition. */
export interface Genesis extends Pick<LogIdentity, 'logId' | 'logGeneration' | 'partitions'> {
  /** The topic's name, without prefix and generations. */
  readonly topic: string;
  readonly partition: number;
  /** Of a derived topic: its generation and its mapper. */
  readonly eventGeneration?: number;
  readonly mapper?: string;
}

const HEADER = 'ledger-genesis';
const LOG_ID = /^[a-z0-9]{12}$/;

/** The genesis record of one partition of a log. */
export function genesisOf(
  { logId, logGeneration, eventGeneration, partitions }: LogIdentity,
  place: Pick<Genesis, 'topic' | 'partition'>,
  derived?: DerivedTopic,
): Genesis {
  const ofDerived = place.topic === derived?.topic && { eventGeneration, mapper: derived.mapper };
  return { logId, logGeneration, ...ofDerived, topic: place.topic, partition: place.partition, partitions };
}

/** The first record of a partition. */
export function genesisRecord(genesis: Genesis): NewRecord {
  const { logId, logGeneration, eventGeneration, mapper, topic, partition, partitions } = genesis;
  const value = {
    ...{ format: LOG_FORMAT, log_id: logId, log_generation: logGeneration },
    ...(eventGeneration !== undefined && { event_generation: eventGeneration, mapper }),
    ...{ topic, partition, partitions },
  };
  return { key: null, value: Buffer.from(JSON.stringify(value)), headers: { [HEADER]: String(LOG_FORMAT) } };
}

/**
 * Whether it is a genesis record, which followers skip. Normally only offset 0 is one; where two setups raced, a second
 * one may come later and is skipped alike.
 */
export function isGenesis(record: Pick<NewRecord, 'headers'>): boolean {
  return Object.hasOwn(record.headers, HEADER);
}

/** The format that a genesis record says it is of, where that is not the one that this build reads; null otherwise. */
export function otherFormatOf(record: Pick<NewRecord, 'headers'>): string | null {
  if (!isGenesis(record)) return null;
  const format = record.headers[HEADER] ?? '';
  return /^[1-9]\d{0,8}$/.test(format) && format !== String(LOG_FORMAT) ? format : null;
}

/** Reads a genesis record; null if it is none, not a whole one, or of another format. */
export function readGenesis(record: Pick<NewRecord, 'headers' | 'value'>): Genesis | null {
  if (!isGenesis(record) || record.value === null) return null;
  const said = parsed(record.value.toString('utf8'));
  const { log_id: logId, log_generation: logGeneration, topic, partition, partitions } = said;
  const { event_generation: eventGeneration, mapper } = said;
  const isWhole =
    said['format'] === LOG_FORMAT &&
    typeof logId === 'string' &&
    LOG_ID.test(logId) &&
    typeof topic === 'string' &&
    isCount(logGeneration, 1) &&
    isCount(partition, 0) &&
    isCount(partitions, 1);
  if (!isWhole) return null;
  const genesis = { logId, logGeneration, topic, partition, partitions };
  if (eventGeneration === undefined && mapper === undefined) return genesis;
  return isCount(eventGeneration, 1) && typeof mapper === 'string' ? { ...genesis, eventGeneration, mapper } : null;
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
