/** A record whose value is a JSON object, with some of its members changed; left out where undefined. */
export function withMembers<Record extends { readonly value: Buffer | null }>(
  record: Record,
  members: object,
): Record & { readonly value: Buffer } {
  const before = JSON.parse(String(record.value)) as object;
  return { ...record, value: Buffer.from(JSON.stringify({ ...before, ...members })) };
}
