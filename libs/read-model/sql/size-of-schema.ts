/** What all tables of a schema take, with their indexes: $1 its name. Nothing where there is none. */
export const SIZE_OF_SCHEMA = `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) AS bytes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'r'`;
