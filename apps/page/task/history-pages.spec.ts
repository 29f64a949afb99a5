import type { HistoryEntry } from './history-entry';
import { afterPages, withPage, type LoadedPage } from './history-pages';

const page = (versions: readonly (number | null)[], next: string | null): LoadedPage => ({
  entries: versions.map((version) => ({ version }) as HistoryEntry),
  next,
});

describe('the pages of a history', () => {
  it('are read on from where the last one ends, with the versions that were counted', () => {
    expect(afterPages([])).toEqual({ cursor: null, versions: 0 });
    expect(afterPages([page([null, 1, null], 'c1'), page([2, null], 'c2')])).toEqual({ cursor: 'c2', versions: 2 });
    expect(afterPages([page([1], 'c1'), page([null], null)])).toEqual({ cursor: null, versions: 1 });
  });

  it('keep those before the one that is read again', () => {
    const [first, last, again] = [page([1], 'c1'), page([2], null), page([2, 3], null)];
    expect(withPage([first, last], 1, again)).toEqual([first, again]);
    expect(withPage([first], 1, last)).toEqual([first, last]);
  });
});
