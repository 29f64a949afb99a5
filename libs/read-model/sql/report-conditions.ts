/** Values by column of a row of sums: a row matches that has one of the values of each. */
export type ReportColumns = ReadonlyMap<string, readonly string[]>;

/** SQL of the rows of a table that match, by its alias. */
export function conditions(columns: ReportColumns, values: unknown[]): (alias: string) => string {
  const given = [...columns].map(([name, of]) => [name, `any($${values.push(of)}::text[])`] as const);
  return (alias) => given.map(([name, any]) => `${alias}.${name} = ${any}`).join(' and ') || 'true';
}
