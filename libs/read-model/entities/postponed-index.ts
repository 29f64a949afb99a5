import { table, text, word } from './columns';

/** The indexes that a rebuild has dropped, to make them again once the rows are there. No row: all of them are there. */
export const PostponedIndex = table('postponed_index', {
  columns: {
    name: word,
    /** The statement that makes it. */
    definition: text,
  },
  key: ['name'],
});
