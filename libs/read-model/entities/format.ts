import { int, table } from './columns';

/** Of which format the tables of this schema are (`READ_MODEL_FORMAT`): one row, made with them and never changed. */
export const Format = table('format', {
  columns: {
    format: int,
  },
  key: ['format'],
});
