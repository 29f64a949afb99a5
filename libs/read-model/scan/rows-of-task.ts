import type { Bytes } from '../entities';
import type { ReadModel } from '../read-model';
import type { ComparedTable } from './compared-tables';
import { scanRows } from './pages';

/** A row of any table, by the names of its columns. */
export type AnyRow = Readonly<Record<string, unknown>>;

const KEY = /^\\x[0-9a-f]{64}$/;

/** The rows of one task in one table, in the order of its key. */
export function rowsOfTask(model: ReadModel, { table, where }: ComparedTable, key: Bytes): AsyncGenerator<AnyRow> {
  if (!KEY.test(key)) throw new RangeError(`${key} is no key of a task`);
  const order = ['task_key', ...table.key.filter((name) => name !== 'task_key' && name !== 'topic')];
  return scanRows<Record<string, unknown>>({
    ...{ model, table: table.name, columns: typesOf(table), order },
    ...{ where: `${where} AND task_key = '${key}'`, large: largeOf(table) },
  });
}

/** The row at one place. */
export async function rowAtPlace(
  model: ReadModel,
  { table, where }: ComparedTable,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<AnyRow | null> {
  const place = `partition = ${Math.trunc(partition)} AND "offset" = ${Math.trunc(offset)}`;
  const rows = scanRows<Record<string, unknown>>({
    ...{ model, table: table.name, columns: typesOf(table), order: ['partition', 'offset'] },
    ...{ where: `${where} AND ${place}`, large: [] },
  });
  for await (const row of rows) return row;
  return null;
}

function typesOf({ columns }: ComparedTable['table']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, type]));
}

const LARGE: ReadonlySet<string> = new Set(['state', 'data', 'value', 'item', 'headers']);

function largeOf({ columns }: ComparedTable['table']): readonly string[] {
  return Object.keys(columns).filter((name) => LARGE.has(name));
}
