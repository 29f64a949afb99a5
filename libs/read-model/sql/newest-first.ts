import { chooseKeys } from '../filter-keys';
import type { ColumnFilter, FilteredTable, FilterIndex } from '../filter-keys';
import { also, existingKeys } from './existing-keys';

/** Which rows of a list, and from where on. */
export interface Selection {
  readonly filter: ColumnFilter;
  /** Rows behind this place: RFC 3339 or `infinity`, and an id as the driver takes it. */
  readonly behind: { readonly time: string; readonly id: unknown };
  /** No row is older: RFC 3339 or `-infinity`. */
  readonly notBefore: string;
  /**
   * Of a list in which several rows may have one time and id: a condition for those that have the time and the id of the
   * place and are behind it all the same. Left out: there is one row at most.
   */
  readonly tied?: string;
}

/** What finds the rows: common table expressions for a `with recursive`, and a select of whole rows. */
export interface NewestFirst {
  readonly keys: string;
  readonly rows: string;
}

/**
 * Makes SQL that selects the first rows behind a place, with those tied to the last of them, and perhaps some more; in no
 * order. `limit` is the parameter that says how many; further parameters are added to `values`. `name`: of the CTE of keys.
 *
 * What is read is bounded by the limit times the number of classes that exist, whatever the rows and the statistics are:
 * the rows of a filter key are delimited by comparisons of (key, time, id) as a row, and ordered by all three. Were the
 * key compared by `=`, Postgres might walk an index by time alone instead and filter, since it expects to find enough soon;
 * where few rows match, it would read the whole table. And the limit is a select, which Postgres takes for a tenth of what
 * there is: else it might read and sort all rows of a key, where it believes that they are few. The same limit as a number
 * stands around it, for the cost not to look like that of a tenth of the table, at which Postgres would compile the plan.
 * Rows that are too old are left out last, since Postgres before 18 does not end a scan where the second column of such a
 * comparison fails.
 */
export function newestFirst(
  schema: string,
  list: FilteredTable,
  selection: Selection,
  limit: string,
  values: unknown[],
  name = 'keys',
): NewestFirst {
  const { filter, behind, notBefore, tied } = selection;
  const chosen = chooseKeys(list, filter);
  const time = `$${values.push(behind.time)}::timestamptz`;
  const id = `$${values.push(behind.id)}`;
  const oldest = `$${values.push(notBefore)}::timestamptz`;
  const { time: timeOf, id: idOf } = list;
  const ties = tied === undefined ? 'only' : 'with ties';
  const rowsOf = (index: FilterIndex | null): string => {
    const [key, one] = index === null ? ['', ''] : [`${index.key}, `, `${name}.key, `];
    const order = `${index === null ? '' : 'filter_key desc, '}${timeOf} desc, ${idOf} desc`;
    return `select * from (
      select *${index === null ? '' : `, ${index.key} as filter_key`} from ${schema}.${list.table}
      where (${key}${timeOf}, ${idOf}) ${tied === undefined ? '<' : '<='} (${one}${time}, ${id})
        ${index === null ? '' : `and ${index.key} >= ${name}.key`} ${also(index)}
        ${tied === undefined ? '' : `and (${timeOf} <> ${time} or ${idOf} <> ${id} or ${tied})`}
      order by ${order} fetch first (select ${limit}::int) rows ${ties}
    ) walked order by ${order} fetch first (${limit}) rows ${ties}`;
  };
  const young = `found.${timeOf} >= ${oldest}`;
  if (chosen === null) return { keys: '', rows: `select found.* from (${rowsOf(null)}) found where ${young}` };
  const keys = existingKeys(schema, list, chosen, values, name);
  return {
    keys: `${keys.cte},`,
    rows: `select found.* from ${name} cross join lateral (
    ${rowsOf(chosen.index)}
  ) found
  where ${keys.matches} and ${young}`,
  };
}
