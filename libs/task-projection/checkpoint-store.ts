import type { Pool } from 'pg';
import type { CheckpointStore } from '@mps-ledger/consuming';
import { lockCheckpoint, passOver, probeWrites, readCheckpoint, readModelIn } from '@mps-ledger/read-model';
import type { CheckpointState, ReadModel } from '@mps-ledger/read-model';

/** Keys of tables that are only appended to: a row that exists already means that the checkpoint was set back. */
const APPEND_ONLY_KEYS = new Set(['history_pkey', 'parked_pkey']);

/** The checkpoints of the read model, for the consume loop. */
export function makeCheckpointStore(model: ReadModel<Pool>): CheckpointStore<CheckpointState> {
  return {
    read: ({ topic, partition }) => readCheckpoint(model, topic, partition),
    lock: (client, { topic, partition }) => lockCheckpoint(readModelIn(model.schema, client), topic, partition),
    skip: ({ topic, partition }, from, to) => passOver(model, topic, partition, from, to),
    probe: (at) => probeWrites(model, at),
    appendOnlyKeys: APPEND_ONLY_KEYS,
  };
}
