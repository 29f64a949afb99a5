import { bytes, int, table, text } from './columns';

/** The state that the fold continues from: claims, ranks and values. One row per task that has history. */
export const TaskStateRow = table('task_state', {
  columns: {
    task_key: bytes,
    /** Version of the fold that wrote it; no other version continues it. */
    fold_version: int,
    /** `encodeState(state)`: deterministic JSON text. Text, as the values in it may be what `jsonb` refuses. */
    state: text,
    /** SHA-256 (hex) of that text: two equal states have the same digest. */
    digest: text,
  },
  key: ['task_key'],
});
