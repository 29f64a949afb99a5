import { Entity, PrimaryColumn } from 'typeorm';
import { int, key } from './columns';

/** Of which format the tables of this schema are (`READ_MODEL_FORMAT`): one row, made with them and never changed. */
@Entity({ name: 'format' })
export class Format {
  @PrimaryColumn(key('format', int('format')))
  format!: number;
}
