/** The members of an item that were asked for, in that order; all of them where none were. */
export function onlyFields(item: object, fields: readonly string[] | undefined): object {
  if (fields === undefined) return item;
  const members = item as Readonly<Record<string, unknown>>;
  return Object.fromEntries(fields.map((name) => [name, members[name]]));
}
