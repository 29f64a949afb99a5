import type { ReadHistoryItem } from './history-entry';
import { countOf, entryAt, placeOf, withoutFar, withPage, type LoadedPage } from './history-pages';

const item = (name: string): ReadHistoryItem =>
  ({
    ...{ position: name, logged: '2026-11-30T12:00:00.000Z', annotations: [] },
    event: { type: name.startsWith('n') ? 'mps.notification.received' : 'mps.task.started', data: {} },
  }) as unknown as ReadHistoryItem;

/** Pages of these items, each with a cursor. */
const pagesOf = (...pages: (readonly string[])[]): readonly LoadedPage[] =>
  pages.reduce<readonly LoadedPage[]>(
    (before, names, at) =>
      withPage(before, at, {
        ...{ items: names.map(item), isWhole: true },
        next: at === pages.length - 1 ? null : `c${at}`,
      }),
    [],
  );

describe('the pages of a history', () => {
  it('are read one after the other, with the versions that were counted before', () => {
    const pages = pagesOf(['a', 'n1', 'b'], ['n2', 'c'], ['d']);
    expect(pages.map(({ cursor, first, versions }) => [cursor, first, versions])).toEqual([
      [null, 0, 0],
      ['c0', 3, 1],
      ['c1', 5, 2],
    ]);
    expect([countOf(pages), countOf([])]).toEqual([6, 0]);
    expect([0, 3, 4, 5, 6].map((at) => entryAt(pages, at)?.position ?? null)).toEqual(['a', 'n2', 'c', 'd', null]);
    expect([placeOf(pages, 'c'), placeOf(pages, 'x')]).toEqual([4, null]);
  });

  it('keep those before the one that is read again, and those behind only while their places are right', () => {
    const pages = pagesOf(['a', 'b'], ['c'], ['d']);
    const again = { items: ['a', 'x'].map(item), next: 'c0', isWhole: true };
    expect(withPage(pages, 0, again).slice(1)).toEqual(pages.slice(1));
    expect(withPage(pages, 0, { ...again, items: [item('a')] })).toHaveLength(1);
    expect(withPage(pages, 2, { items: ['d', 'e'].map(item), next: null, isWhole: true }).slice(0, 2)).toEqual(
      pages.slice(0, 2),
    );
  });

  it('count no versions where events are left out', () => {
    const [page] = withPage([], 0, { items: ['n1', 'n2'].map(item), next: null, isWhole: false });
    expect([page?.versions, page?.entries?.[1]?.version, page?.entries?.[1]?.endsVersion]).toEqual([null, null, false]);
  });

  it('stay in memory near the window only', () => {
    const pages = pagesOf(...Array.from({ length: 9 }, (_, at) => [`${at}`]));
    const kept = (first: number, end: number): number[] =>
      withoutFar(pages, { first, end }, 3).flatMap(({ entries, first: at }) => (entries === null ? [] : [at]));
    expect(kept(4, 5)).toEqual([3, 4, 5]);
    expect(kept(0, 1)).toEqual([0, 1, 2]);
    expect(kept(8, 9)).toEqual([6, 7, 8]);
    expect(withoutFar(pages, { first: 0, end: 1 }, 9)).toBe(pages);
  });
});
