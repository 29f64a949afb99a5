import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, flag, int, key, text, word } from './columns';

/** One row per subtask: what became of each piece of a task's work, without its input and output (those are in the state). */
@Entity({ name: 'subtask' })
export class Subtask {
  @PrimaryColumn(key('subtask', bytes('task_key')))
  taskKey!: Buffer;

  /** SHA-256 of the JSON text of the subtask's exact key, which may be of any length. */
  @PrimaryColumn(key('subtask', bytes('key_digest')))
  keyDigest!: Buffer;

  /** The key, sanitised. */
  @Column(text('key'))
  key!: string;

  @Column(word('kind'))
  kind!: string;

  /** The canonical text of Input.Definition, sanitised. */
  @Column(text('definition', { nullable: true }))
  definition!: string | null;

  @Column(word('status'))
  status!: string;

  /** 0 to 100. */
  @Column({ name: 'progress', type: 'double precision', nullable: true })
  progress!: number | null;

  @Column(text('error_code', { nullable: true }))
  errorCode!: string | null;

  @Column(text('error_code_ext', { nullable: true }))
  errorCodeExt!: string | null;

  /** Sanitised. */
  @Column(text('message', { nullable: true }))
  message!: string | null;

  @Column(flag('contradicted'))
  contradicted!: boolean;

  @Column(flag('revised'))
  revised!: boolean;

  /** How many identical subtasks share the key, where more than one was counted. */
  @Column(int('twins', { nullable: true }))
  twins!: number | null;
}
