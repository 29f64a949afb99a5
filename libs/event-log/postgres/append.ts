import { headersText, refuseNothing, refuseTooLarge } from '../port/checked-records';
import { LogNotReady } from '../port/errors';
import type { Appended, NewRecord } from '../port/port';
import type { Connections } from './connections';

/*
 * One statement, so that the lock on the partition's row never spans a client round trip, offsets follow the order of commits,
 * and only the expected log is written to, even if the tables were replaced. The records are passed as one run of bytes and
 * the positions at which to cut it: array parameters cost the driver twice the CPU.
 */
const APPEND = {
  name: 'ledger-log-append',
  text: `
    WITH target AS (
      UPDATE ledger_log.partition
      SET next_offset = next_offset + $4::integer,
          last_logged = greatest(last_logged, date_trunc('milliseconds', clock_timestamp()))
      WHERE prefix = $1 AND topic = $2 AND partition = $3
        AND ($7::text IS NULL OR EXISTS (SELECT FROM ledger_log.log WHERE prefix = $1 AND log_id = $7::text))
      RETURNING id, next_offset - $4::integer AS first, last_logged
    ), appended AS (
      INSERT INTO ledger_log.record (partition_id, "offset", logged, key, value, headers)
      SELECT id, first + n - 1, last_logged,
             substring($6::bytea FROM (cut->>0)::integer FOR (cut->>1)::integer),
             substring($6::bytea FROM (cut->>2)::integer FOR (cut->>3)::integer),
             convert_from(substring($6::bytea FROM (cut->>4)::integer FOR (cut->>5)::integer), 'UTF8')
      FROM target, json_array_elements($5::json) WITH ORDINALITY AS piece (cut, n)
    )
    SELECT first::text, (extract(epoch FROM last_logged) * 1000)::bigint::text AS logged FROM target`,
};

/** Records in the form of the statement's parameters. `bytes` counts towards MAX_APPEND_BYTES. */
export interface PackedRecords {
  readonly count: number;
  readonly cuts: string;
  readonly bytes: Buffer;
}

/** Packs records. Throws `InvalidRecord` or `RecordTooLarge`. */
export function packRecords(records: readonly NewRecord[]): PackedRecords {
  refuseNothing(records);
  const parts: Buffer[] = [];
  let at = 1;
  const place = (bytes: Buffer | null): [number | null, number] => {
    if (bytes === null) return [null, 0];
    parts.push(bytes);
    at += bytes.length;
    return [at - bytes.length, bytes.length];
  };
  const cuts = records.map(({ key, value, headers }) => [
    ...place(key),
    ...place(value),
    ...place(Buffer.from(headersText(headers))),
  ]);
  const bytes = Buffer.concat(parts);
  refuseTooLarge(records.length, bytes.length);
  return { count: records.length, cuts: JSON.stringify(cuts), bytes };
}

/**
 * Appends packed records to one partition, in one commit; nothing where the log has another id than the given one. Rejects with
 * a LogError.
 */
export async function append(
  { connections, prefix, logId }: { connections: Connections; prefix: string; logId: string | null },
  topic: string,
  partition: number,
  records: PackedRecords,
): Promise<Appended> {
  const [row] = await connections.run<{ first: string; logged: string }>({
    ...APPEND,
    values: [prefix, topic, partition, records.count, records.cuts, records.bytes, logId],
  });
  if (row === undefined) {
    const of = logId === null ? '' : ` of log ${logId}`;
    throw new LogNotReady(`partition ${partition} of ${topic}${of} is missing: run setup, which says what can be done`);
  }
  const first = Number(row.first);
  return {
    offsets: Array.from({ length: records.count }, (_, index) => first + index),
    logged: new Date(Number(row.logged)).toISOString(),
  };
}
