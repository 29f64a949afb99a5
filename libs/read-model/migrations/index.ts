import { Tables1700000000001 } from './1700000000001-tables';

/** All migrations of the projection, in order. */
export const MIGRATIONS = [Tables1700000000001] as const;
