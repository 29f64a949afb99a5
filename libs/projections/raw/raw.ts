import type { ClientBase } from 'pg';
import type { LogRecord } from '@mps-ledger/event-log';
import { header, sanitise, TOPICS } from '@mps-ledger/records';
import { withSchema } from '../sql';
import type { OptionalProjection } from '../projection';
import { pack } from './pack';

interface BodyRow {
  readonly offset: number;
  /** RFC 3339: when the log took it. */
  readonly logged: string;
  readonly contentType: string | null;
  readonly isGzip: boolean;
  /** Null: the log holds no bytes there, as they were erased. */
  readonly bytes: Buffer | null;
}

/**
 * `below` of `removed`: bodies of the partition at lower offsets were removed by retention. Compression is ours: Postgres'
 * own would try again in vain.
 */
const TABLES = `
CREATE TABLE $schema.body (
  partition integer NOT NULL,
  "offset" bigint NOT NULL,
  logged timestamptz NOT NULL,
  content_type text,
  is_gzip boolean NOT NULL,
  bytes bytea,
  CONSTRAINT body_pkey PRIMARY KEY (partition, "offset")
);
ALTER TABLE $schema.body ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX body_logged ON $schema.body USING brin (logged) WITH (pages_per_range = 16);
CREATE TABLE $schema.removed (
  partition integer NOT NULL,
  below bigint NOT NULL,
  CONSTRAINT removed_pkey PRIMARY KEY (partition)
)`;

/** A body that is there already stays: the record of an offset never changes. */
const INSERT = `INSERT INTO $schema.body (partition, "offset", logged, content_type, is_gzip, bytes)
  SELECT $1::integer, b.* FROM unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::boolean[], $6::bytea[]) AS b
  ON CONFLICT DO NOTHING`;

/** The projection `raw`: the exact bytes of each raw record, compressed. */
export const RAW = {
  name: 'raw',
  version: 1,
  topic: TOPICS.raw,
  tables: TABLES,
  toRows: async (records: readonly LogRecord[]) => ({ rows: await rowsOf(records), parked: [] }),
  writeRows,
  probe: [{ offset: -1, logged: '1970-01-01T00:00:00Z', contentType: '', isGzip: false, bytes: Buffer.of(0) }],
} satisfies OptionalProjection<readonly BodyRow[]>;

/** Compressions at once: each takes some hundred KB while it runs, and zlib has four threads. */
const AT_ONCE = 4;

async function rowsOf(records: readonly LogRecord[]): Promise<readonly BodyRow[]> {
  const rows: BodyRow[] = [];
  for (let at = 0; at < records.length; at += AT_ONCE)
    rows.push(...(await Promise.all(records.slice(at, at + AT_ONCE).map(rowOf))));
  return rows;
}

async function rowOf(record: LogRecord): Promise<BodyRow> {
  const { offset, logged, value } = record;
  const contentType = header(record, 'content-type');
  return {
    ...{ offset, logged },
    contentType: contentType === undefined ? null : sanitise(contentType),
    ...(value === null ? { isGzip: false, bytes: null } : await pack(value)),
  };
}

async function writeRows(
  client: ClientBase,
  schema: string,
  partition: number,
  rows: readonly BodyRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(withSchema(INSERT, schema), [
    partition,
    rows.map(({ offset }) => offset),
    rows.map(({ logged }) => logged),
    rows.map(({ contentType }) => contentType),
    rows.map(({ isGzip }) => isGzip),
    rows.map(({ bytes }) => bytes),
  ]);
}
