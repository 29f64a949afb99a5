import type { ComparedTable } from '../scan/compared-tables';
import { checkedSchema } from '../read-model';

/** Two bytes of a task's key, as a number. */
const GROUP = 'get_byte(task_key, 0) * 256 + get_byte(task_key, 1)';
/** So many offsets of a partition are one group of places. */
export const PLACES = 4_096;

const source = (schema: string, { table, where, offset }: ComparedTable): string =>
  `${checkedSchema(schema)}.${table.name} WHERE ${where} AND $1::bigint[] IS NOT NULL` +
  (offset === null ? '' : ` AND "${offset}" < ($1::bigint[])[partition + 1]`);

const values = ({ table }: ComparedTable): string =>
  Object.keys(table.columns)
    .map((name) => `"${name}"`)
    .join(', ');

/** What a set of rows comes to: two sums are equal if their rows are, whatever their order. */
const SUM = "count(*) || ' ' || bit_xor(hash)";
const hashed = (table: ComparedTable): string => `hash_record_extended(ROW(${values(table)}), 0) AS hash`;

/** A sum for each group of tasks. `$1`: the positions, by partition. */
export const SUMS_OF_GROUPS = (schema: string, table: ComparedTable): string =>
  `SELECT number::text AS name, ${SUM} AS sum FROM (SELECT ${GROUP} AS number, ${hashed(table)} FROM ${source(schema, table)}) one GROUP BY number`;

/** A sum for each task of some groups. `$2`, `$3`: where each group begins, and ends. */
export const SUMS_OF_TASKS = (schema: string, table: ComparedTable): string =>
  `SELECT task_key::text AS name, ${SUM} AS sum
   FROM unnest($2::text[], $3::text[]) bounds (low, high)
   CROSS JOIN LATERAL (
     SELECT task_key, ${hashed(table)} FROM ${source(schema, table)} AND task_key >= low::bytea AND task_key < high::bytea OFFSET 0
   ) one
   GROUP BY task_key`;

/** A sum for each group of places. */
export const SUMS_OF_STRETCHES = (schema: string, table: ComparedTable): string =>
  `SELECT name, ${SUM} AS sum
   FROM (SELECT partition || '/' || "offset" / ${PLACES} AS name, ${hashed(table)} FROM ${source(schema, table)}) one GROUP BY name`;

/** A sum for each place of one group: `$2`: the partition, `$3`: the first offset. */
export const SUMS_OF_PLACES = (schema: string, table: ComparedTable): string =>
  `SELECT partition || '/' || "offset" AS name, ${SUM} AS sum
   FROM (
     SELECT partition, "offset", ${hashed(table)} FROM ${source(schema, table)}
       AND partition = $2::int AND "offset" >= $3::bigint AND "offset" < $3::bigint + ${PLACES}
   ) one GROUP BY partition, "offset"`;

/** The digest of each group of tasks over their states (`StatesDigest`). `$1`: the digest of a state without events. */
export const STATE_GROUPS = (schema: string): string =>
  `SELECT number, count(*)::int AS tasks, encode(sha256(convert_to(string_agg(line, '' ORDER BY task_key), 'UTF8')), 'hex') AS digest
   FROM (
     SELECT ${GROUP.replaceAll('task_key', 't.task_key')} AS number, t.task_key, encode(t.task_key, 'hex') || ' ' ||
       coalesce(encode(sha256(convert_to(s.state, 'UTF8')), 'hex'), $1::text) || E'\\n' AS line
     FROM ${checkedSchema(schema)}.task t LEFT JOIN ${checkedSchema(schema)}.task_state s ON s.task_key = t.task_key
   ) one
   GROUP BY number ORDER BY number`;

/** Records in history, by partition. `$1`: the positions. */
export const COUNT_HISTORY = (schema: string): string =>
  `SELECT partition, count(*)::text AS records FROM ${checkedSchema(schema)}.history
   WHERE "offset" < ($1::bigint[])[partition + 1] GROUP BY partition`;

/** Where the last record of each task is, applied or parked. `$1`: keys. */
export const LAST_PLACES = (schema: string, topic: string): string =>
  `SELECT key AS name, place.partition, place."offset"::text
   FROM unnest($1::text[]) key
   CROSS JOIN LATERAL (
     (SELECT partition, "offset" FROM ${checkedSchema(schema)}.history WHERE task_key = key::bytea ORDER BY partition DESC, "offset" DESC LIMIT 1)
     UNION ALL
     (SELECT partition, "offset" FROM ${checkedSchema(schema)}.parked WHERE task_key = key::bytea AND topic = '${topic}'
      ORDER BY partition DESC, "offset" DESC LIMIT 1)
   ) place`;
