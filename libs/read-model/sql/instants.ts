/** SQL for a `timestamptz` as RFC 3339 text in UTC with microseconds, all that Postgres has: exact, for a keyset. */
export function instantSql(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** SQL for a `timestamptz` as a member of JSON: a third of the time that `instantSql` takes. `exactInstant` reads it. */
export function instantInJson(column: string): string {
  return `${column} at time zone 'UTC'`;
}

/** What `instantSql` would have made, of what `instantInJson` did: UTC without an offset, and without the last zeros of the seconds. */
export function exactInstant(json: string): string {
  const [seconds = '', fraction = ''] = json.split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}

/** That text as it is shown: with milliseconds. */
export function shownInstant(instant: string): string {
  return `${instant.slice(0, -4)}Z`;
}
