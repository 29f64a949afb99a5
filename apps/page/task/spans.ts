import type { HistoryEntry } from './history-entry';

/** From when to when a subtask was processed, by the provider's times, ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The spans of subtasks, by their key, and the span of them all. */
export interface Spans {
  readonly whole: Span;
  readonly bySubtask: ReadonlyMap<string, Span>;
}

/** The provider's times of subtasks, where their events give both, with those that are known already; null where none does. */
export function spansOf(entries: readonly HistoryEntry[], known: Spans | null = null): Spans | null {
  const found = entries.flatMap((entry) => {
    const { key, begin_process_time: begin, finish_time: finish } = entry.data;
    if (typeof key !== 'string' || typeof begin !== 'string' || typeof finish !== 'string') return [];
    const [from, to] = [Date.parse(begin), Date.parse(finish)];
    return from <= to && !entry.annotations.includes('parked') ? [[key, { from, to }] as const] : [];
  });
  if (found.length === 0) return known;
  const bySubtask = new Map([...(known?.bySubtask ?? []), ...found]);
  const all = [...bySubtask.values()];
  const from = all.reduce((least, span) => Math.min(least, span.from), Infinity);
  const to = all.reduce((most, span) => Math.max(most, span.to), -Infinity);
  return { whole: { from, to: Math.max(to, from + 1) }, bySubtask };
}
