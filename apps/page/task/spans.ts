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

/** The provider's times of subtasks, where their events give both; null where none does. */
export function spansOf(entries: readonly HistoryEntry[]): Spans | null {
  const bySubtask = new Map<string, Span>();
  for (const { data, annotations } of entries) {
    const { key, begin_process_time: begin, finish_time: finish } = data;
    if (typeof key !== 'string' || typeof begin !== 'string' || typeof finish !== 'string') continue;
    const [from, to] = [Date.parse(begin), Date.parse(finish)];
    if (from <= to && !annotations.includes('parked')) bySubtask.set(key, { from, to });
  }
  if (bySubtask.size === 0) return null;
  const all = [...bySubtask.values()];
  const from = all.reduce((least, span) => Math.min(least, span.from), Infinity);
  const to = all.reduce((most, span) => Math.max(most, span.to), -Infinity);
  return { whole: { from, to: Math.max(to, from + 1) }, bySubtask };
}
