/** The clock of the database, to the microsecond: node-postgres would cut a time to milliseconds. */
export const DATABASE_TIME = `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`;
