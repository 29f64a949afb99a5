import type { ClientBase } from 'pg';

import { LogNotReady, LogReplaced } from '../errors';
import { readGenesis } from '../genesis';
import { identityIn } from '../guard/judge';
import type { Beginning, Place } from '../guard/place';
import type { LogIdentity } from '../port';
import type { Connections } from './connections';
import { checkVersion } from './schema';

interface Row {
  readonly version: number | null;
  readonly log_id: string | null;
  readonly generation: number | null;
  readonly partitions: number | null;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly next_offset: string | null;
  readonly headers: string | null;
  readonly value: Buffer | null;
}

/* In one statement, so that all of it is of one moment. */
const LOOK = `
  SELECT (SELECT version FROM ledger_log.schema_version) AS version, l.log_id, l.generation, l.partitions,
         p.topic, p.partition, p.next_offset::text, r.headers, r.value
  FROM (SELECT $1::text AS prefix) wanted
  LEFT JOIN ledger_log.log l ON l.prefix = wanted.prefix
  LEFT JOIN ledger_log.partition p ON p.prefix = wanted.prefix
  LEFT JOIN ledger_log.record r ON r.partition_id = p.id AND r."offset" = 0
  ORDER BY p.topic, p.partition`;

/** What a look found. */
export interface Looked {
  readonly identity: LogIdentity;
  readonly places: readonly Place[];
}

/**
 * Which log it is by its own row, and how each partition begins and where it ends. Rejects with `LogNotReady` where there is none,
 * with `LogReplaced` where the row and the genesis records are of different logs, with `LogTooNew`, or `LogUnavailable`.
 */
export async function lookAt(connections: Connections, prefix: string): Promise<Looked> {
  const rows = await connections.run<Row>({ text: LOOK, values: [prefix] });
  checkVersion(rows[0]?.version ?? undefined);
  const identity = identityOf(rows[0], prefix);
  const places = rows.flatMap((row) => placeOf(row) ?? []);
  const begun = identityIn(places);
  if (begun !== null && (begun.logId !== identity.logId || begun.generation !== identity.generation))
    throw new LogReplaced(
      `the log’s row is of log ${identity.logId} (generation ${identity.generation}), and its partitions begin with the genesis record of another log (${begun.logId}, generation ${begun.generation})`,
    );
  return { identity, places };
}

/** The same for setup, in its transaction: which log it is by its own row, null where there is none, and the partitions. */
export async function findLog(
  client: ClientBase,
  prefix: string,
): Promise<{ readonly identity: LogIdentity | null; readonly places: readonly Place[] }> {
  const { rows } = await client.query<Row>(LOOK, [prefix]);
  return { identity: rowOf(rows[0]), places: rows.flatMap((row) => placeOf(row) ?? []) };
}

function rowOf(row: Row | undefined): LogIdentity | null {
  const { log_id: logId = null, generation = null, partitions = null } = row ?? {};
  return logId !== null && generation !== null && partitions !== null ? { logId, generation, partitions } : null;
}

function identityOf(row: Row | undefined, prefix: string): LogIdentity {
  const identity = rowOf(row);
  if (identity !== null) return identity;
  const prefixed = prefix === '' ? '' : ` with the topic prefix ${prefix}`;
  throw new LogNotReady(`there is no log${prefixed} in the database: run setup`);
}

function placeOf({ topic, partition, next_offset: end, headers, value }: Row): Place | null {
  if (topic === null || partition === null || end === null) return null;
  return { topic, partition, found: { beginning: beginningOf(Number(end), headers, value), end: Number(end) } };
}

function beginningOf(end: number, headers: string | null, value: Buffer | null): Beginning {
  if (headers === null) return end === 0 ? 'empty' : 'cut';
  return readGenesis({ headers: JSON.parse(headers) as Record<string, string>, value }) ?? 'other';
}
