import type { Page } from 'playwright-core';

/** What was seen while a page was scrolled. */
export interface Scrolled {
  /** Time from each frame to the next, ms. */
  readonly frames: readonly number[];
  /** Frames that showed a part of the timeline without rows. */
  readonly gaps: number;
  /** Frames that showed rows whose events had to be read again. */
  readonly absent: number;
  /** Rows in the document, at most. */
  readonly mostRows: number;
  /** Events in memory of which rows are made are asked for in pages: how many events the timeline has at the end. */
  readonly events: number;
}

/** Scrolls to the end of the timeline and of what is loaded meanwhile, so far in each frame, and looks at each. */
export const scrollToEnd = (page: Page, pixelsPerFrame: number): Promise<Scrolled> =>
  page.evaluate<Scrolled>(`(${SCROLL})(${pixelsPerFrame})`);

const SCROLL = `(step) => new Promise((done) => {
  const frames = [];
  let gaps = 0, absent = 0, mostRows = 0, last = null, waited = 0;
  const timeline = document.querySelector('.timeline');
  const look = (now) => {
    if (last !== null) frames.push(now - last);
    last = now;
    const list = timeline.querySelector('.virtual').getBoundingClientRect();
    const rows = [...timeline.querySelectorAll('.virtual > li')];
    const from = Math.max(0, list.top), to = Math.min(innerHeight, list.bottom);
    const first = rows[0]?.getBoundingClientRect().top ?? Infinity, end = rows.at(-1)?.getBoundingClientRect().bottom ?? -Infinity;
    if (to > from && (first > from + 1 || end < to - 1)) gaps += 1;
    const isSeen = (row) => { const { top, bottom } = row.getBoundingClientRect(); return bottom > 0 && top < innerHeight; };
    if ([...timeline.querySelectorAll('.entry-absent')].some(isSeen)) absent += 1;
    mostRows = Math.max(mostRows, rows.length);
    const isMore = /more/.test(timeline.querySelector('h2').innerText);
    const isEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    waited = isEnd ? waited + 1 : 0;
    if (isEnd && !isMore && waited > 3) {
      const events = Number(timeline.querySelector('h2').innerText.replace(/[^0-9]/g, ''));
      done({ frames, gaps, absent, mostRows, events });
      return;
    }
    scrollBy(0, step);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;
