import type { LogIdentity, NewRecord } from './port';

/** What a genesis record says: which log this is, and which place in it. The topic's name is without prefix. */
export interface Genesis extends LogIdentity {
  readonly topic: string;
  readonly partition: number;
}

const HEADER = 'ledger-genesis';
const VERSION = '1';
const LOG_ID = /^[a-z0-9]{12}$/;

/** The first record of a partition. */
export function genesisRecord(genesis: Genesis): NewRecord {
  const { logId, generation, topic, partition, partitions } = genesis;
  const value = Buffer.from(JSON.stringify({ log_id: logId, generation, topic, partition, partitions }));
  return { key: null, value, headers: { [HEADER]: VERSION } };
}

/**
 * Whether it is a genesis record, which followers skip. Normally only offset 0 is one; where two setups raced, a second
 * one may come later and is skipped alike.
 */
export function isGenesis(record: Pick<NewRecord, 'headers'>): boolean {
  return Object.hasOwn(record.headers, HEADER);
}

/** Reads a genesis record; null if it is none, or not a whole one. */
export function readGenesis(record: Pick<NewRecord, 'headers' | 'value'>): Genesis | null {
  if (!isGenesis(record) || record.value === null) return null;
  const said = parsed(record.value.toString('utf8'));
  const { log_id: logId, generation, topic, partition, partitions } = said;
  const isWhole =
    typeof logId === 'string' &&
    LOG_ID.test(logId) &&
    typeof topic === 'string' &&
    isCount(generation, 1) &&
    isCount(partition, 0) &&
    isCount(partitions, 1);
  return isWhole ? { logId, generation, topic, partition, partitions } : null;
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
