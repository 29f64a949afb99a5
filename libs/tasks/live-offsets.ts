import type { JsonObject } from './json';
import { liveItems } from './live-items';

/** The highest start and the highest end of all items that were reported: two separate maxima. Null: none was given. */
export interface LiveOffsets {
  readonly start: number | null;
  readonly end: number | null;
}

/** The offsets of one notification's results; null if no item has one. */
export function offsetsOfResults(results: JsonObject): LiveOffsets | null {
  let start: number | null = null;
  let end: number | null = null;
  for (const item of liveItems(results)) {
    start = highest(start, item.start);
    end = highest(end, item.end);
  }
  return start === null && end === null ? null : { start, end };
}

export function joinLiveOffsets(a: LiveOffsets | null, b: LiveOffsets | null): LiveOffsets | null {
  if (a === null) return b;
  if (b === null) return a;
  return { start: highest(a.start, b.start), end: highest(a.end, b.end) };
}

function highest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
