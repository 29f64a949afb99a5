/** Which rows of a long list are in sight, or near it. */
export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** Rows that are kept beyond both edges, so that a step of scrolling shows no gap. */
const BEYOND = 12;

/**
 * The rows that have to be there: `top` is where the list begins relative to the window, px, negative when scrolled past. All rows have
 * one height.
 */
export function rowWindow(count: number, rowHeight: number, top: number, windowHeight: number): RowWindow {
  const first = Math.floor(-top / rowHeight) - BEYOND;
  const end = Math.ceil((windowHeight - top) / rowHeight) + BEYOND;
  const within = (row: number): number => Math.min(count, Math.max(0, row));
  return { first: within(first), end: within(end) };
}
