import type { ClientBase } from 'pg';

import { LogNotReady, LogReplaced } from '../port/errors';
import { identityIn } from '../guard/judge';
import { beginningWith, refuseOtherFormats, type Beginning, type PartitionInspection } from '../guard/inspection';
import { isSameLog, logInWords } from '../port/log-id';
import type { LogIdentity, LogLayout } from '../port/port';
import { FIRST_GENERATIONS, topicName } from '../port/topic-names';
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

/* In one statement, so that it is one snapshot. */
const INSPECT = `
  SELECT (SELECT version FROM ledger_log.schema_version) AS version, l.log_id, l.generation, l.partitions,
         p.topic, p.partition, p.next_offset::text, r.headers, r.value
  FROM (SELECT $1::text AS prefix, $2::integer AS generation, $3::text[] AS topics) wanted
  LEFT JOIN ledger_log.log l ON l.prefix = wanted.prefix AND l.generation = wanted.generation
  LEFT JOIN ledger_log.partition p ON p.prefix = wanted.prefix AND (p.topic = ANY (wanted.topics) OR wanted.topics IS NULL)
  LEFT JOIN ledger_log.record r ON r.partition_id = p.id AND r."offset" = 0
  ORDER BY p.topic, p.partition`;

/** The log to inspect. */
export interface WantedLog {
  readonly prefix: string;
  /** Without topics: all that exist. */
  readonly layout: Partial<LogLayout>;
}

/** The result of an inspection. */
export interface InspectedLog {
  readonly identity: LogIdentity;
  readonly inspections: readonly PartitionInspection[];
}

/**
 * Reads the log's identity from its own row, and how each partition begins and where it ends. Rejects with `LogNotReady` where
 * there is no log, with `LogReplaced` where the row and the genesis records are of different logs, with `LogOfOtherFormat`, or
 * with `LogUnavailable`.
 */
export async function inspectLog(connections: Connections, wanted: WantedLog): Promise<InspectedLog> {
  const rows = await connections.run<Row>({ text: INSPECT, values: valuesOf(wanted) });
  checkVersion(rows[0]?.version ?? undefined);
  const { generations } = wanted.layout;
  const identity = identityOf(rows[0], wanted);
  const inspections = inspectionsIn(rows, wanted);
  refuseOtherFormats(inspections, (topic) => topicName(topic, wanted.layout));
  const begun = identityIn(inspections, generations);
  if (begun !== null && !isSameLog(begun, identity))
    throw new LogReplaced(
      `the log’s row is of ${logInWords(identity)}, and its partitions begin with the genesis record of another log (${begun.logId})`,
    );
  return { identity, inspections };
}

function valuesOf({ prefix, layout }: WantedLog): unknown[] {
  const { topics, generations = FIRST_GENERATIONS } = layout;
  return [prefix, generations.logGeneration, topics?.map((topic) => topicName(topic, layout)) ?? null];
}

/** The same for setup, in its transaction: the identity from the log's row, null where there is none, and the partitions. */
export async function findLog(
  client: ClientBase,
  wanted: WantedLog,
): Promise<{ readonly identity: LogIdentity | null; readonly inspections: readonly PartitionInspection[] }> {
  const { rows } = await client.query<Row>(INSPECT, valuesOf(wanted));
  return { identity: rowOf(rows[0], wanted), inspections: inspectionsIn(rows, wanted) };
}

function rowOf(row: Row | undefined, { layout }: WantedLog): LogIdentity | null {
  const { log_id: logId = null, generation: logGeneration = null, partitions = null } = row ?? {};
  const { eventGeneration } = layout.generations ?? FIRST_GENERATIONS;
  if (logId === null || logGeneration === null || partitions === null) return null;
  return { logId, logGeneration, eventGeneration, partitions };
}

function identityOf(row: Row | undefined, wanted: WantedLog): LogIdentity {
  const identity = rowOf(row, wanted);
  if (identity !== null) return identity;
  const { logGeneration } = wanted.layout.generations ?? FIRST_GENERATIONS;
  const prefixed = wanted.prefix === '' ? '' : ` with the topic prefix ${wanted.prefix}`;
  const copied = logGeneration === 1 ? '' : ` of generation ${logGeneration}`;
  throw new LogNotReady(`there is no log${prefixed}${copied} in the database: run setup`);
}

/** The partitions, with the topics' names of the layout. */
function inspectionsIn(rows: readonly Row[], { layout }: WantedLog): PartitionInspection[] {
  const topics = new Map(layout.topics?.map((topic) => [topicName(topic, layout), topic]));
  return rows.flatMap(({ topic: name, partition, next_offset: end, headers, value }) => {
    if (name === null || partition === null || end === null) return [];
    const found = { beginning: beginningOf(Number(end), headers, value), end: Number(end) };
    return [{ topic: topics.get(name) ?? name, partition, found }];
  });
}

function beginningOf(end: number, headers: string | null, value: Buffer | null): Beginning {
  if (headers === null) return end === 0 ? 'empty' : 'cut';
  return beginningWith({ headers: JSON.parse(headers) as Record<string, string>, value });
}
