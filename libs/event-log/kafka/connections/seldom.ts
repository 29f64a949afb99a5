type Say = (fields: object, message: string) => void;

/** Kinds of things said that are remembered; more begin anew. */
const MOST_KINDS = 1_000;

/** Says the first of a kind at once, and then at most one each so many ms, with how many there were since (`times`). */
export function seldom(everyMs: number, say: Say): (kind: string, fields: object, message: string) => void {
  const last = new Map<string, { at: number; times: number }>();
  return (kind, fields, message) => {
    const now = performance.now();
    const before = last.get(kind);
    if (before !== undefined && now - before.at < everyMs) {
      before.times += 1;
      return;
    }
    if (last.size >= MOST_KINDS) last.clear();
    last.set(kind, { at: now, times: 0 });
    say({ ...fields, times: (before?.times ?? 0) + 1 }, message);
  };
}
