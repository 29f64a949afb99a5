import type { Pool } from 'pg';

/** What every read needs of Postgres: a pool, or one client of it. */
export type Queryable = Pick<Pool, 'query'>;

/** The tables of one projection: the schema that holds them, and the pool or the client that reaches it. */
export interface ReadModel<Db extends Queryable = Queryable> {
  readonly schema: string;
  readonly db: Db;
}

/** A plain identifier: it stands in SQL without quotes. */
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;

/** @throws RangeError where the schema's name is no plain identifier (lower case letters, digits and `_`, 63 at most). */
export function readModelIn<Db extends Queryable>(schema: string, db: Db): ReadModel<Db> {
  return { schema: checkedSchema(schema), db };
}

/** The name of a schema, which may stand in SQL. Throws RangeError for any other. */
export function checkedSchema(schema: string): string {
  if (IDENTIFIER.test(schema)) return schema;
  throw new RangeError(
    `${JSON.stringify(schema)} cannot name a read model's schema: it takes a lower case letter or _, and then up to 62 of a-z, 0-9 and _`,
  );
}

/** What is made of the schema's name, SQL that names its tables: made once for each schema, not with each query. */
export function inSchema<Made>(make: (schema: string) => Made): (model: Pick<ReadModel, 'schema'>) => Made {
  const made = new Map<string, Made>();
  return ({ schema }) => {
    const known = made.get(schema) ?? make(checkedSchema(schema));
    made.set(schema, known);
    return known;
  };
}
