import { bytes, table, word } from './columns';

/** The secret that the cursors of lists are sealed with: one row, random, made by the migration and never changed. */
export const CursorKey = table('cursor_key', {
  columns: {
    /** `lists`. */
    name: word,
    /** 32 bytes. */
    key: bytes,
  },
  key: ['name'],
});
