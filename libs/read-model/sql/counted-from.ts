import { instantSql } from './instants';

/** Times from the first on and before the second, counted by hours (1) or days (24). */
export type CountedTimes = readonly [hours: 1 | 24, from: string, before: string];

/** SQL of the sums of failures `c` of these times. */
export function inTimes(times: readonly CountedTimes[], values: unknown[]): readonly string[] {
  return times.map(([hours, from, before]) => {
    const [first, end] = [values.push(from), values.push(before)];
    return `(c.hours = ${hours} and c.start >= $${first}::timestamptz and c.start < $${end}::timestamptz)`;
  });
}

/** Sums that are looked at, and bytes of their table below which there cannot be more. */
export interface SumLimits {
  readonly sums: number;
  readonly bytes: number;
}

/**
 * From when on failures are counted, where these times have too many sums; null: all of them are. The newest hours and days with so many sums
 * together are, and the newest one in any case. They are counted in the index, and only where the table is so large that there may be more.
 */
export function countedFromSql(
  schema: string,
  times: readonly CountedTimes[],
  { sums, bytes }: SumLimits,
  values: unknown[],
): string {
  const most = `$${values.push(sums)}::bigint`;
  const isLarge = `(select pg_relation_size('${schema}.error_count') > $${values.push(bytes)}::bigint)`;
  const looked = inTimes(times, values).map(
    (ofTime) =>
      `(select c.start from ${schema}.error_count c where ${isLarge} and ${ofTime} order by c.start desc limit ${most} + 1)`,
  );
  return `select ${instantSql('min(start) filter (where fits or is_newest)')} as "from"
from (
  select start, sum(count(*)) over w <= ${most} as fits, row_number() over w = 1 as is_newest
  from (${looked.join(' union all ')}) looked group by start window w as (order by start desc)
) units having bool_or(not fits)`;
}
