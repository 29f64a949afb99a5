import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, int, key, text } from './columns';

/** What the fold needs to go on from where it was: claims, ranks and values. One row per task that has history. */
@Entity({ name: 'task_state' })
export class TaskStateRow {
  @PrimaryColumn(key('task_state', bytes('task_key')))
  taskKey!: Buffer;

  /** Version of the fold that wrote it; no other version continues it. */
  @Column(int('fold_version'))
  foldVersion!: number;

  /** `encodeState(state)`: deterministic JSON text. Text, as the values in it may be what `jsonb` refuses. */
  @Column(text('state'))
  state!: string;

  /** SHA-256 (hex) of that text: two equal states have the same digest. */
  @Column(text('digest'))
  digest!: string;
}
