export interface SliceLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Cuts as many messages from an index on as the limits allow; a first one with more bytes comes alone. */
export function cutSlice<Message extends { readonly value: Buffer | null }>(
  messages: readonly Message[],
  at: number,
  { maxRecords, maxBytes }: SliceLimits,
): Message[] {
  let end = at;
  let bytes = 0;
  for (const { value } of messages.slice(at, at + maxRecords)) {
    bytes += value?.length ?? 0;
    if (end > at && bytes > maxBytes) break;
    end += 1;
  }
  return messages.slice(at, end);
}
