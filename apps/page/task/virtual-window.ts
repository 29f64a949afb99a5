/** Which rows of a long list are in sight, or near it. */
export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** Rows that are kept beyond both edges, so that a step of scrolling shows no gap. */
const BEYOND = 12;

/** The window moves by so many rows at once, so that not each row that is scrolled past renders the list again. */
const STEP = 8;

/**
 * The rows that have to be there: `top` is where the list begins relative to the window, px, negative when scrolled past. All rows have
 * one height.
 */
export function rowWindow(count: number, rowHeight: number, top: number, windowHeight: number): RowWindow {
  const first = Math.floor((Math.floor(-top / rowHeight) - BEYOND) / STEP) * STEP;
  const end = Math.ceil((Math.ceil((windowHeight - top) / rowHeight) + BEYOND) / STEP) * STEP;
  const within = (row: number): number => Math.min(count, Math.max(0, row));
  return { first: within(first), end: within(end) };
}
