import { LogNotReady } from '../port/errors';
import type { LogRecord } from '../port/port';
import type { Connections } from './connections';

/*
 * The sum over a window limits by bytes without reading the values: Postgres knows their lengths without decompressing them.
 * The outer order is by row number: `offset` there is text, in which 10 comes before 9.
 */
const FETCH = {
  name: 'ledger-log-fetch',
  text: `
    SELECT "offset"::text, (extract(epoch FROM logged) * 1000)::bigint::text AS logged, key, value, headers
    FROM (
      SELECT page.*,
             sum(octet_length(value)) OVER (ORDER BY "offset") AS bytes,
             row_number() OVER (ORDER BY "offset") AS number
      FROM (
        SELECT * FROM ledger_log.record
        WHERE "offset" >= $4
          AND partition_id = (SELECT id FROM ledger_log.partition WHERE prefix = $1 AND topic = $2 AND partition = $3)
        ORDER BY "offset" LIMIT $5
      ) page
    ) counted
    WHERE bytes IS NULL OR bytes <= $6 OR number = 1
    ORDER BY number`,
};

interface Row {
  readonly offset: string;
  readonly logged: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: string;
}

export interface FetchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** The log's prefix, and the connections to read over. */
export interface RecordsOf {
  readonly connections: Connections;
  readonly prefix: string;
}

/**
 * Fetches records of one partition from a position on, in order, as many as the limits allow (a first record above them comes
 * alone); none at the end. Rejects with a LogError.
 */
export async function fetchRecords(
  { connections, prefix }: RecordsOf,
  topic: string,
  partition: number,
  position: number,
  limits: FetchLimits,
): Promise<LogRecord[]> {
  const rows = await connections.run<Row>({
    ...FETCH,
    values: [prefix, topic, partition, position, limits.maxRecords, limits.maxBytes],
  });
  return rows.map((row) => ({
    topic,
    partition,
    offset: Number(row.offset),
    logged: new Date(Number(row.logged)).toISOString(),
    key: row.key,
    value: row.value,
    headers: JSON.parse(row.headers) as Record<string, string>,
  }));
}

/** The position after the last record, by partition. Rejects with a LogError. */
export async function readEnds({ connections, prefix }: RecordsOf, topic: string): Promise<number[]> {
  const rows = await connections.run<{ next_offset: string }>({
    name: 'ledger-log-ends',
    text: 'SELECT next_offset::text FROM ledger_log.partition WHERE prefix = $1 AND topic = $2 ORDER BY partition',
    values: [prefix, topic],
  });
  if (rows.length === 0) throw new LogNotReady(`the topic ${topic} is missing: run setup`);
  return rows.map((row) => Number(row.next_offset));
}
