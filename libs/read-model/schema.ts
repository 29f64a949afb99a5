/** The projection's name: payload of its NOTIFY, label of its metrics, part of its groups' names. */
export const PROJECTION = 'tasks';

/**
 * Format of the tables, stored with them: a build reads its own only, and creates new tables beside others. (Format 1 was that
 * of builds before the first release, and does not say so.)
 */
export const READ_MODEL_FORMAT = 2;

/** Name of TypeORM's own table, in the projection's schema. */
export const MIGRATIONS_TABLE = 'migrations';

/** The channel on which a commit of rows is announced; the payload is `PROJECTION` and nothing else. */
export const PROJECTION_CHANNEL = 'mps_ledger_projection';

/**
 * Collation of every text column that is indexed or compared: by code point, the same on every server, so that a cursor
 * made by one database is in order on another.
 */
export const BY_CODE_POINT = 'C';

const JOURNALS = ['history', 'notification', 'parked', 'transition'];
const CHANGED = ['checkpoint', 'task', 'task_error_code', 'task_updated', 'task_state', 'subtask', 'live_item'];
const REPORTS = ['failure', 'error_group', 'error_count', 'usage'];
const WRITTEN = ['projection', ...CHANGED, ...JOURNALS, ...REPORTS];

type Rights = readonly (readonly [table: string, right: string])[];
const rights = (schema: string, right: string, names: readonly string[]): Rights =>
  names.map((name) => [`${schema}.${name}`, right]);

/** Rights that serving the projection takes. */
export function readingRights(schema: string): Rights {
  return rights(schema, 'SELECT', [MIGRATIONS_TABLE, 'format', 'cursor_key', ...WRITTEN]);
}

/** Rights that writing it takes. */
export function projectionRights(schema: string): Rights {
  return [
    ...rights(schema, 'SELECT', [MIGRATIONS_TABLE, 'format', ...WRITTEN]),
    ...rights(schema, 'INSERT', WRITTEN),
    ...rights(schema, 'UPDATE', [...CHANGED, ...REPORTS]),
    ...rights(schema, 'DELETE', ['task_error_code', 'task_updated', ...REPORTS]),
  ];
}
