import type { ClientBase, Pool } from 'pg';
import { HOLD_NOTHING, PARK_NOTHING } from '@mps-ledger/consuming';
import type { ConsumerCheckpoint, CheckpointStore, ParkList, TopicPartition, Project } from '@mps-ledger/consuming';
import { inTransaction, ROLLBACK } from '@mps-ledger/database';
import { isGenesis, recordDigest } from '@mps-ledger/event-log';
import type { LogRecord } from '@mps-ledger/event-log';

/** A record with this value is held, until one with another value follows. */
export const MORE = 'more';

/** Parked in place of a record without a key. */
export const NO_KEY = 'no-key';

interface CountRows {
  readonly counts: readonly { readonly key: string; readonly records: number }[];
  readonly parked: readonly { readonly offset: number; readonly reason: string; readonly key: string | null }[];
}

/** A projection that counts the records of each key, in tables of its own. */
export interface CountingProjection {
  readonly store: CheckpointStore;
  readonly project: Project;
  /** Applies records as the loop does, up to a position. */
  apply(at: TopicPartition, records: readonly LogRecord[], position: number): Promise<void>;
  /** Runs SQL with `$schema` in place of the schema's name. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** SQL with `$schema` in place of the schema's name, as text for one schema. */
type Named = (sql: string) => string;

/** Creates the tables, with a checkpoint at zero for each partition of a topic. */
export async function makeCounts(
  pool: Pool,
  schema: string,
  topic: string,
  partitions: number,
): Promise<CountingProjection> {
  const named: Named = (sql) => sql.replaceAll('$schema', schema);
  await pool.query(named(TABLES));
  const checkpoints = 'INSERT INTO $schema.checkpoint SELECT $1, p, 0, NULL, NULL FROM generate_series(0, $2 - 1) p';
  await pool.query(named(checkpoints), [topic, partitions]);
  const project = projectIn(named);
  return {
    store: storeIn(pool, named),
    project,
    async apply(at, records, position) {
      await inTransaction(pool, async (client) => {
        const below = records.filter(({ offset }) => offset < position);
        const checkpoint = await readCheckpoint(client, at, named, 'FOR UPDATE');
        const context = { park: PARK_NOTHING, hold: HOLD_NOTHING, checkpoint };
        const last = below.at(-1);
        const identity = last === undefined ? null : { offset: last.offset, digest: recordDigest(last) };
        await (await project(client, at, below, context)).write({ position, last: identity });
        return ['commit', undefined];
      });
    },
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(named(sql), [...values])).rows,
  };
}

function storeIn(pool: Pool, named: Named): CheckpointStore {
  const lock = (client: ClientBase, at: TopicPartition): Promise<ConsumerCheckpoint> =>
    readCheckpoint(client, at, named, 'FOR UPDATE');
  return {
    read: (at) => readCheckpoint(pool, at, named),
    lock,
    async skip({ topic, partition }, from, to) {
      const sql = 'UPDATE $schema.checkpoint SET position = $4 WHERE topic = $1 AND partition = $2 AND position = $3';
      await pool.query(named(sql), [topic, partition, from, to]);
    },
    async probe(at) {
      for (const [rows, end] of [[PROBE, ROLLBACK] as const, [NOTHING, 'commit'] as const])
        await inTransaction(pool, async (client) => {
          await write(client, at, rows, await lock(client, at), named);
          return [end, undefined];
        });
    },
    appendOnlyKeys: new Set(['parked_pkey']),
  };
}

function projectIn(named: Named): Project {
  return (client, at, records, { park, hold }) => {
    const heldFrom = firstHeld(records, hold.records);
    const rows = rowsOf(heldFrom === null ? records : records.filter(({ offset }) => offset < heldFrom), park);
    return Promise.resolve({
      heldFrom,
      async write(to) {
        await write(client, at, rows, to, named);
        return { parked: rows.parked, onCommit: () => undefined };
      },
    });
  };
}

async function write(
  client: ClientBase,
  at: TopicPartition,
  { counts, parked }: CountRows,
  to: ConsumerCheckpoint,
  named: Named,
): Promise<void> {
  const move = [at.topic, at.partition, to.position, to.last?.offset, to.last?.digest];
  await client.query(named(WRITE), [...move, JSON.stringify(counts), JSON.stringify(parked)]);
}

async function readCheckpoint(
  client: Pool | ClientBase,
  at: TopicPartition,
  named: Named,
  lock = '',
): Promise<ConsumerCheckpoint> {
  const sql = `SELECT position, last_offset, last_digest FROM $schema.checkpoint WHERE topic = $1 AND partition = $2 ${lock}`;
  const [row] = (await client.query<CheckpointRow>(named(sql), [at.topic, at.partition])).rows;
  if (row === undefined) throw new Error(`no checkpoint for ${at.topic}/${at.partition}`);
  const { position, last_offset: offset, last_digest: digest } = row;
  const last = offset === null || digest === null ? null : { offset: Number(offset), digest };
  return { position: Number(position), last };
}

interface CheckpointRow {
  readonly position: string;
  readonly last_offset: string | null;
  readonly last_digest: string | null;
}

const TABLES = `
  CREATE SCHEMA $schema;
  CREATE TABLE $schema.checkpoint (topic text, partition int, position bigint NOT NULL, last_offset bigint,
    last_digest text, PRIMARY KEY (topic, partition));
  CREATE TABLE $schema.count (partition int, key text, records bigint NOT NULL, PRIMARY KEY (partition, key));
  CREATE TABLE $schema.parked (partition int, "offset" bigint, reason text NOT NULL, key text,
    PRIMARY KEY (partition, "offset"))`;

/** Rows and checkpoint in one statement. */
const WRITE = `
  WITH moved AS (
    UPDATE $schema.checkpoint SET position = $3, last_offset = $4, last_digest = $5 WHERE topic = $1 AND partition = $2
  ), parked AS (
    INSERT INTO $schema.parked SELECT $2::int, p.*
    FROM json_to_recordset($7::json) AS p("offset" bigint, reason text, key text)
  )
  INSERT INTO $schema.count AS c SELECT $2::int, n.* FROM json_to_recordset($6::json) AS n(key text, records bigint)
  ON CONFLICT (partition, key) DO UPDATE SET records = c.records + EXCLUDED.records`;

const NOTHING: CountRows = { counts: [], parked: [] };
const PROBE: CountRows = {
  counts: [{ key: 'probe', records: 0 }],
  parked: [{ offset: -1, reason: '', key: null }],
};

/** Where the records at the end begin that are held; null where there are none, or more than may be held. */
function firstHeld(records: readonly LogRecord[], limit: number): number | null {
  const count = records.length - 1 - records.findLastIndex(({ value }) => value?.toString() !== MORE);
  return count === 0 || count > limit ? null : (records[records.length - count]?.offset ?? null);
}

function rowsOf(records: readonly LogRecord[], park: ParkList): CountRows {
  const counts = new Map<string, number>();
  const parked: CountRows['parked'][number][] = [];
  for (const record of records) {
    if (isGenesis(record)) continue;
    const key = record.key?.toString() ?? null;
    const reason = key === null ? NO_KEY : park.reasons.get(record.offset);
    if (key !== null && reason === undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    else parked.push({ offset: record.offset, reason: reason ?? NO_KEY, key: park.isMinimal ? null : key });
  }
  return { counts: [...counts].map(([key, records]) => ({ key, records })), parked };
}
