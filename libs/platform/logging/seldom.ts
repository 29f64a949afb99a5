/** Lets something through at most once per key and interval, with the count of what was held back since. */
export interface Seldom {
  /** How many were held back since the last time; null: hold this one back, too. */
  pass(key: string): number | null;
}

export function makeSeldom(everyMs: number, now: () => number = () => performance.now()): Seldom {
  const seen = new Map<string, { at: number; heldBack: number }>();
  return {
    pass(key) {
      const last = seen.get(key);
      if (last !== undefined && now() - last.at < everyMs) {
        last.heldBack += 1;
        return null;
      }
      seen.set(key, { at: now(), heldBack: 0 });
      return last?.heldBack ?? 0;
    },
  };
}
