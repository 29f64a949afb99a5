/** SQL for a `timestamptz` as RFC 3339 text in UTC with microseconds, all that Postgres has: exact, for a keyset. */
export function instantSql(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** That text as it is shown: with milliseconds. */
export function shownInstant(instant: string): string {
  return `${instant.slice(0, -4)}Z`;
}
