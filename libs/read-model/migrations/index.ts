import { Tables1700000000001 } from './1700000000001-tables';
import { CursorKey1700000000002 } from './1700000000002-cursor-key';

/** All migrations of the projection, in order. */
export const MIGRATIONS = [Tables1700000000001, CursorKey1700000000002] as const;
