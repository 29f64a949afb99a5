/**
 * Coalesces concurrent calls. A call while an operation is in flight shares the next one: no caller gets a result that was
 * requested before its call.
 */
export function coalesce<Value>(operation: () => Promise<Value>): () => Promise<Value> {
  let inFlight: Promise<unknown> | undefined;
  let next: Promise<Value> | undefined;
  const begin = async (after: Promise<unknown> | undefined): Promise<Value> => {
    await after?.catch(() => undefined);
    const current = operation();
    inFlight = current;
    next = undefined;
    try {
      return await current;
    } finally {
      if (inFlight === current) inFlight = undefined;
    }
  };
  return () => (next ??= begin(inFlight));
}
