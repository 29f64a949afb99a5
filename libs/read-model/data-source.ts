import { DataSource, EntitySchema } from 'typeorm';
import type { EntitySchemaColumnOptions } from 'typeorm';
import * as entities from './entities';
import type { Table } from './entities';
import { MIGRATIONS } from './migrations';
import { checkedSchema } from './read-model';
import { MIGRATIONS_TABLE } from './schema';

/** Every table of the projection. */
export const TABLES: readonly Table[] = Object.values(entities);

/**
 * A TypeORM data source over the projection in a schema; not yet connected (`initialize()`), to be closed by `destroy()`. It never
 * synchronizes.
 *
 * @param poolSize connections at most. Default 2.
 */
export function makeDataSource(url: string, schema: string, poolSize = 2): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    schema: checkedSchema(schema),
    entities: TABLES.map(entityOf),
    migrations: [...MIGRATIONS],
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'all',
    synchronize: false,
    migrationsRun: false,
    extra: { max: poolSize },
  });
}

/** What TypeORM knows of a table. Constraints are named as Postgres would. */
function entityOf({ name, columns, key, indexes, filteredBy }: Table): EntitySchema {
  const entries = Object.entries(columns).map(([column, options]): [string, EntitySchemaColumnOptions] => [
    column,
    {
      ...(options as EntitySchemaColumnOptions),
      ...(key.includes(column) && { primary: true, primaryKeyConstraintName: `${name}_pkey` }),
    },
  ]);
  // TypeORM knows no others.
  const isKnown = ({ where, method }: (typeof indexes)[number]): boolean => where === undefined && method === undefined;
  const known = indexes.filter(isKnown);
  const others = [...indexes.filter((index) => !isKnown(index)), ...(filteredBy?.indexes ?? [])];
  const indices = [
    ...known.map((index) => ({ name: index.name, columns: [...index.columns] })),
    ...others.map((index) => ({ name: index.name, synchronize: false as const })),
  ];
  return new EntitySchema({ name, columns: Object.fromEntries(entries), indices });
}
