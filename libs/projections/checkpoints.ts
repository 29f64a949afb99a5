import type { ClientBase, Pool } from 'pg';
import type { CheckpointStore, ConsumerCheckpoint, Project, TopicPartition } from '@mps-ledger/consuming';
import { inTransaction, ROLLBACK } from '@mps-ledger/database';
import { isGenesis } from '@mps-ledger/event-log';
import type { OptionalProjection, ParkedRecord } from './projection';
import { ADVANCE, withSchema, READ_CHECKPOINT, SKIP } from './sql';

/** The checkpoints of a projection, for the consume loop. */
export function makeCheckpoints(pool: Pool, schema: string, projection: OptionalProjection): CheckpointStore {
  const lock = (client: ClientBase, at: TopicPartition) => read(client, schema, at, ' FOR UPDATE');
  return {
    read: (at) => read(pool, schema, at),
    lock,
    async skip({ topic, partition }, from, to) {
      await pool.query(withSchema(SKIP, schema), [topic, partition, from, to]);
    },
    async probe(at) {
      await inTransaction(pool, async (client) => {
        const checkpoint = await lock(client, at);
        await projection.writeRows(client, schema, at.partition, projection.probe);
        await advance(client, schema, at, checkpoint, null, [{ offset: -1, reason: 'probe' }]);
        return [ROLLBACK, undefined];
      });
      await inTransaction(pool, async (client) => {
        await advance(client, schema, at, await lock(client, at), null, []);
        return ['commit', undefined];
      });
    },
    appendOnlyKeys: new Set(['parked_pkey']),
  };
}

/** What applies records: rows, parked records and checkpoint in one transaction. */
export function projectInto(schema: string, projection: OptionalProjection): Project {
  return async (client, at, records, { park }) => {
    const applied = records.filter((record) => !isGenesis(record) && !park.reasons.has(record.offset));
    const { rows, parked: refused } = await projection.toRows(applied, client, schema);
    const parked = [...refused, ...[...park.reasons].map(([offset, reason]) => ({ offset, reason }))];
    return {
      heldFrom: null,
      async write(checkpoint) {
        await projection.writeRows(client, schema, at.partition, rows);
        await advance(client, schema, at, checkpoint, records.at(-1)?.logged ?? null, parked);
        return { parked, onCommit: () => undefined };
      },
    };
  };
}

interface Row {
  readonly position: string;
  readonly last_offset: string | null;
  readonly last_digest: string | null;
}

async function read(
  db: Pool | ClientBase,
  schema: string,
  { topic, partition }: TopicPartition,
  lock = '',
): Promise<ConsumerCheckpoint> {
  const { rows } = await db.query<Row>(withSchema(READ_CHECKPOINT, schema) + lock, [topic, partition]);
  const [row] = rows;
  if (row === undefined) throw new Error(`no checkpoint for ${topic}/${partition} in ${schema}`);
  const { position, last_offset: offset, last_digest: digest } = row;
  const last = offset === null || digest === null ? null : { offset: Number(offset), digest };
  return { position: Number(position), last };
}

async function advance(
  client: ClientBase,
  schema: string,
  { topic, partition }: TopicPartition,
  { position, last }: ConsumerCheckpoint,
  logged: string | null,
  parked: readonly ParkedRecord[],
): Promise<void> {
  await client.query(withSchema(ADVANCE, schema), [
    ...[topic, partition, position, last?.offset ?? null, last?.digest ?? null, logged],
    parked.map(({ offset }) => offset),
    parked.map(({ reason }) => reason),
  ]);
}
