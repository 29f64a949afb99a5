/**
 * Many who ask the same at once share an answer, but none gets one that was asked for before: whoever comes while a
 * question is under way shares the next.
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
