import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Send } from '../append/partition-queue';
import { LogNotReady } from '../port/errors';
import type { NewRecord } from '../port/port';
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

/** Records in the form of the statement's parameters. */
interface PackedRecords {
  readonly count: number;
  readonly cuts: string;
  readonly bytes: Buffer;
}

/** Packs records that were checked. */
export function packRecords(records: readonly NewRecord[]): PackedRecords {
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
    ...place(Buffer.from(JSON.stringify(headers))),
  ]);
  return { count: records.length, cuts: JSON.stringify(cuts), bytes: Buffer.concat(parts) };
}

interface SendOptions {
  readonly connections: Connections;
  readonly prefix: string;
  /** Nothing is appended to a log with another id. Null: to any. */
  readonly logId: () => string | null;
  /** The name under which the log has a topic. */
  readonly named: (topic: string) => string;
  /** Called with the new end of a partition after each append; the topic as the log names it. */
  readonly onAppended: (topic: string, partition: number, end: number) => void;
}

/**
 * Sends to a partition in one statement, after this turn of the event loop, so that appends of the same turn share it. Rejects
 * with a LogError.
 */
export function makeSend({ connections, prefix, logId, named, onAppended }: SendOptions): Send {
  return async ({ topic, partition, take }) => {
    await nextTurn();
    const { records } = take();
    if (records.length === 0) return undefined;
    const { count, cuts, bytes } = packRecords(records);
    const [name, id] = [named(topic), logId()];
    const [row] = await connections.run<{ first: string; logged: string }>({
      ...APPEND,
      values: [prefix, name, partition, count, cuts, bytes, id],
    });
    if (row === undefined) {
      const of = id === null ? '' : ` of log ${id}`;
      throw new LogNotReady(
        `partition ${partition} of ${name}${of} is missing: run setup, which says what can be done`,
      );
    }
    const first = Number(row.first);
    onAppended(name, partition, first + count);
    return {
      offsets: Array.from({ length: count }, (_, index) => first + index),
      logged: new Date(Number(row.logged)).toISOString(),
    };
  };
}
