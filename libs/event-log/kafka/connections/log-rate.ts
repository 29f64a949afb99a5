type Say = (fields: object, message: string) => void;

/** Kinds of messages that are remembered; beyond so many all are forgotten. */
const MAX_KINDS = 1_000;

/** Logs the first message of a kind at once, then at most one per interval, with the number of messages since (`times`). */
export function limitLogRate(everyMs: number, say: Say): (kind: string, fields: object, message: string) => void {
  const last = new Map<string, { at: number; times: number }>();
  return (kind, fields, message) => {
    const now = performance.now();
    const before = last.get(kind);
    if (before !== undefined && now - before.at < everyMs) {
      before.times += 1;
      return;
    }
    if (last.size >= MAX_KINDS) last.clear();
    last.set(kind, { at: now, times: 0 });
    say({ ...fields, times: (before?.times ?? 0) + 1 }, message);
  };
}
