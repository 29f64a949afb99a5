import type { JsonObject } from './json';
import { liveItems } from './live-items';

/** The highest start and the highest end of all items that were reported: two separate maxima. An absent offset counts as 0. */
export interface LiveOffsets {
  readonly start: number;
  readonly end: number;
}

/** The offsets of one notification's results; null if it has no items. */
export function offsetsOfResults(results: JsonObject): LiveOffsets | null {
  let offsets: LiveOffsets | null = null;
  for (const { start, end } of liveItems(results)) {
    offsets = joinLiveOffsets(offsets, { start: start ?? 0, end: end ?? 0 });
  }
  return offsets;
}

export function joinLiveOffsets(a: LiveOffsets | null, b: LiveOffsets | null): LiveOffsets | null {
  if (a === null) return b;
  if (b === null) return a;
  return { start: Math.max(a.start, b.start), end: Math.max(a.end, b.end) };
}
