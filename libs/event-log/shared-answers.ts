/**
 * Coalesces concurrent calls. A call while an operation is in flight shares the next one: no caller gets a result that was
 * requested before its call.
 */
export function shareAnswers<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<unknown> | undefined;
  let next: Promise<Value> | undefined;
  const begin = async (after: Promise<unknown> | undefined): Promise<Value> => {
    await after?.catch(() => undefined);
    const asked = ask();
    underWay = asked;
    next = undefined;
    try {
      return await asked;
    } finally {
      if (underWay === asked) underWay = undefined;
    }
  };
  return () => (next ??= begin(underWay));
}
