import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import {
  Checkpoint,
  CursorKey,
  HistoryEntry,
  Notification,
  ParkedRecord,
  Projection,
  Subtask,
  Task,
  TaskErrorCode,
  TaskStateRow,
} from './entities';
import { MIGRATIONS } from './migrations';
import { checkedSchema } from './read-model';
import { MIGRATIONS_TABLE } from './schema';

/** Every table of the projection. */
export const ENTITIES = [
  Projection,
  CursorKey,
  Checkpoint,
  Task,
  TaskErrorCode,
  TaskStateRow,
  Subtask,
  HistoryEntry,
  Notification,
  ParkedRecord,
] as const;

/**
 * TypeORM's options for the projection: its entities and migrations, and never `synchronize`.
 *
 * @param poolSize connections at most. Default 2.
 */
export function dataSourceOptions(url: string, schema: string, poolSize = 2): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    schema: checkedSchema(schema),
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'all',
    synchronize: false,
    migrationsRun: false,
    extra: { max: poolSize },
  };
}

/** A TypeORM data source over the projection; not yet connected (`initialize()`), to be closed by `destroy()`. */
export function makeDataSource(url: string, schema: string, poolSize?: number): DataSource {
  return new DataSource(dataSourceOptions(url, schema, poolSize));
}
