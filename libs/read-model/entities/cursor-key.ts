import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes, key, word } from './columns';

/** The secret that the cursors of lists are sealed with: one row, random, made by the migration and never changed. */
@Entity({ name: 'cursor_key' })
export class CursorKey {
  /** `lists`. */
  @PrimaryColumn(key('cursor_key', word('name')))
  name!: string;

  /** 32 bytes. */
  @Column(bytes('key'))
  key!: Buffer;
}
