import { useRef } from 'preact/hooks';

/** Items in the order in which they were first shown; new ones come after them, so that nothing moves that somebody reads. */
export function inKnownOrder<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  known: readonly string[],
): readonly T[] {
  const places = new Map(known.map((key, at) => [key, at]));
  const place = (item: T): number => places.get(keyOf(item)) ?? known.length;
  return [...items].sort((one, other) => place(one) - place(other));
}

/** The same, while `of` stays: of another list the order begins anew. */
export function useStableOrder<T>(items: readonly T[], keyOf: (item: T) => string, of: string): readonly T[] {
  const order = useRef<{ readonly of: string; readonly keys: readonly string[] }>({ of, keys: [] });
  const known = order.current.of === of ? order.current.keys : [];
  const sorted = inKnownOrder(items, keyOf, known);
  order.current = { of, keys: [...new Set([...known, ...sorted.map(keyOf)])] };
  return sorted;
}
