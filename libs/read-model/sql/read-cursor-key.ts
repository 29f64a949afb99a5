import { inSchema } from '../read-model';

/** One row of one column, before the first list is answered: a repository would say no more. */
export const READ_CURSOR_KEY = inSchema((schema) => `SELECT key FROM ${schema}.cursor_key`);
