import { OwnershipLost } from '../port/errors';
import type { Connections } from './connections';

/** Who holds leases, and of what. */
export interface LeaseHolder {
  readonly connections: Connections;
  readonly prefix: string;
  readonly group: string;
  readonly topic: string;
  /** Unique, also among earlier processes. */
  readonly member: string;
  /** How long a lease, and a member, counts without being renewed, in ms, by the database's clock. */
  readonly leaseMs: number;
}

/** One period of ownership. */
export interface Lease {
  readonly partition: number;
  readonly epoch: string;
}

/** The group after this member's heartbeat is written and its leases are renewed. */
export interface Standing {
  /** All partitions of the topic; 0 where the group has no rows yet. */
  readonly partitions: number;
  /** Those of the given leases that are still this member's. */
  readonly held: readonly number[];
  /** Other members alive. */
  readonly others: readonly string[];
  /** Partitions without an owner, or with one whose lease expired. */
  readonly free: readonly number[];
}

/* A time in the future does not count: the clock was set back. */
const SILENT = (column: string): string =>
  `${column} NOT BETWEEN clock_timestamp() - make_interval(secs => $5::float8 / 1000)
                     AND clock_timestamp() + make_interval(secs => $5::float8 / 1000)`;

const BEAT = {
  name: 'ledger-log-beat',
  text: `
    WITH beat AS (
      INSERT INTO ledger_log.member (prefix, "group", topic, member, heartbeat)
      VALUES ($1, $2, $3, $4, clock_timestamp())
      ON CONFLICT (prefix, "group", topic, member) DO UPDATE SET heartbeat = excluded.heartbeat
    ), renewed AS (
      UPDATE ledger_log.claim c SET renewed = clock_timestamp()
      FROM json_to_recordset($6::json) AS mine (partition integer, epoch bigint)
      WHERE c.prefix = $1 AND c."group" = $2 AND c.topic = $3 AND c.owner = $4
        AND c.partition = mine.partition AND c.epoch = mine.epoch
      RETURNING c.partition
    )
    SELECT (SELECT coalesce(json_agg(partition), '[]') FROM renewed) AS held,
           (SELECT coalesce(json_agg(member), '[]') FROM ledger_log.member
            WHERE prefix = $1 AND "group" = $2 AND topic = $3 AND member <> $4 AND NOT (${SILENT('heartbeat')})) AS others,
           coalesce(json_agg(partition ORDER BY partition)
                    FILTER (WHERE owner IS NULL OR owner = $4 OR ${SILENT('renewed')}), '[]') AS free,
           count(*)::integer AS partitions
    FROM ledger_log.claim WHERE prefix = $1 AND "group" = $2 AND topic = $3`,
};

/** Writes this member's heartbeat, renews its leases, and reads who else is a member and what is free. */
export async function beat(holder: LeaseHolder, leases: readonly Lease[]): Promise<Standing> {
  const [row] = await holder.connections.run<{
    held: number[];
    others: string[];
    free: number[];
    partitions: number;
  }>({ ...BEAT, values: [...who(holder), holder.leaseMs, JSON.stringify(leases)] });
  if (row === undefined) throw new Error('a count has one row');
  const mine = new Set(leases.map((lease) => lease.partition));
  return { ...row, free: row.free.filter((partition) => !mine.has(partition)) };
}

/** Acquires up to `count` partitions without an owner, except those listed; returns the leases. */
export async function acquire(holder: LeaseHolder, count: number, butFor: readonly number[]): Promise<Lease[]> {
  return holder.connections.run<{ partition: number; epoch: string }>({
    name: 'ledger-log-acquire',
    text: `
      WITH free AS (
        SELECT partition FROM ledger_log.claim
        WHERE prefix = $1 AND "group" = $2 AND topic = $3
          AND (owner IS NULL OR owner = $4 OR ${SILENT('renewed')})
          AND partition NOT IN (SELECT value::integer FROM json_array_elements_text($7::json))
        ORDER BY partition LIMIT $6 FOR UPDATE SKIP LOCKED
      )
      UPDATE ledger_log.claim c SET owner = $4, epoch = c.epoch + 1, renewed = clock_timestamp()
      FROM free WHERE c.prefix = $1 AND c."group" = $2 AND c.topic = $3 AND c.partition = free.partition
      RETURNING c.partition, c.epoch::text`,
    values: [...who(holder), holder.leaseMs, count, JSON.stringify(butFor)],
  });
}

/** Releases leases, except those that are lost. */
export async function release(holder: LeaseHolder, leases: readonly Lease[]): Promise<void> {
  await holder.connections.run({
    name: 'ledger-log-release',
    text: `
      UPDATE ledger_log.claim c SET owner = NULL
      FROM json_to_recordset($5::json) AS mine (partition integer, epoch bigint)
      WHERE c.prefix = $1 AND c."group" = $2 AND c.topic = $3 AND c.owner = $4
        AND c.partition = mine.partition AND c.epoch = mine.epoch`,
    values: [...who(holder), JSON.stringify(leases)],
  });
}

/** Releases all leases and leaves the group. */
export async function leave(holder: LeaseHolder): Promise<void> {
  await holder.connections.run({
    name: 'ledger-log-leave',
    text: `
      WITH left_group AS (
        DELETE FROM ledger_log.member WHERE prefix = $1 AND "group" = $2 AND topic = $3 AND member = $4
      )
      UPDATE ledger_log.claim SET owner = NULL
      WHERE prefix = $1 AND "group" = $2 AND topic = $3 AND owner = $4`,
    values: who(holder),
  });
}

/** Creates the group's missing rows for a topic, and deletes members without a heartbeat for an hour. */
export async function enrol(holder: LeaseHolder): Promise<void> {
  await holder.connections.run({
    name: 'ledger-log-enrol',
    text: `
      WITH forgotten AS (
        DELETE FROM ledger_log.member WHERE heartbeat < clock_timestamp() - interval '1 hour'
      )
      INSERT INTO ledger_log.claim (prefix, "group", topic, partition)
      SELECT prefix, $2, topic, partition FROM ledger_log.partition WHERE prefix = $1 AND topic = $3
      ON CONFLICT DO NOTHING`,
    values: who(holder).slice(0, 3),
  });
}

/** Writes the group's progress, unless the lease is lost: then it rejects with `OwnershipLost`. */
export async function commitProgress(holder: LeaseHolder, lease: Lease, position: number): Promise<void> {
  const rows = await holder.connections.run({
    name: 'ledger-log-commit',
    text: `
      UPDATE ledger_log.claim SET position = $7
      WHERE prefix = $1 AND "group" = $2 AND topic = $3 AND owner = $4 AND partition = $5 AND epoch = $6
      RETURNING partition`,
    values: [...who(holder), lease.partition, lease.epoch, position],
  });
  if (rows.length > 0) return;
  throw new OwnershipLost(`${holder.topic}/${lease.partition} has another owner in ${holder.group}`);
}

function who({ prefix, group, topic, member }: LeaseHolder): string[] {
  return [prefix, group, topic, member];
}
