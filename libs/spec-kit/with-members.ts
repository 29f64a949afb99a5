/** A record whose value is a JSON object, with some of its members replaced; undefined removes a member. */
export function withMembers<Record extends { readonly value: Buffer | null }>(
  record: Record,
  members: object,
): Record & { readonly value: Buffer } {
  const before = JSON.parse(String(record.value)) as object;
  return { ...record, value: Buffer.from(JSON.stringify({ ...before, ...members })) };
}
