import { schemaOf, type OptionalProjection } from '@mps-ledger/projections';
import { readFreshness } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';

/** Tables of a schema, and how many of them this role may not read. */
const READABLE = `
  SELECT count(*)::int AS tables, current_user AS role,
    count(*) FILTER (WHERE NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')))::int AS hidden
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'`;

/** Why an optional projection that is on cannot be answered from; null where it can. */
export async function projectionReadiness(db: ReadModel, projection: OptionalProjection): Promise<string | null> {
  const schema = schemaOf(projection, await readFreshness(db));
  const { rows } = await db.db.query<{ tables: number; hidden: number; role: string }>(READABLE, [schema]);
  const { tables = 0, hidden = 0, role = '' } = rows[0] ?? {};
  if (tables === 0) return `there is no schema ${schema}: run setup`;
  if (hidden === 0) return null;
  const grants = `GRANT USAGE ON SCHEMA ${schema} TO "${role}"; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO "${role}"`;
  return `the role "${role}" may not read the schema ${schema}: ${grants}`;
}
