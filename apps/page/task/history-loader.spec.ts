import { makeHistoryLoader, MOST_PAGES_KEPT, type HistoryLoader } from './history-loader';
import { countOf, entryAt } from './history-pages';
import type { ReadHistoryItem } from './history-entry';

const PAGE = 200;

const item = (at: number): ReadHistoryItem =>
  ({
    ...{ position: `e${at}`, logged: '2026-11-30T12:00:00.000Z', annotations: [] },
    event: { type: 'mps.task.started', data: {} },
  }) as unknown as ReadHistoryItem;

/** A history of so many events, and what was asked of it. */
function makeHistory(count: () => number) {
  const asked: number[] = [];
  const loader = makeHistoryLoader({
    isWhole: true,
    readPage: (cursor) => {
      const first = cursor === null ? 0 : Number(cursor);
      asked.push(first / PAGE);
      const end = Math.min(count(), first + PAGE);
      const items = Array.from({ length: end - first }, (_, at) => item(first + at));
      return Promise.resolve({ items, next: end < count() ? String(end) : null });
    },
  });
  return { loader, asked };
}

/** Resolves when nothing is read any more. */
const untilIdle = (loader: HistoryLoader): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!loader.state.get().isReading) resolve();
    };
    loader.state.subscribe(look);
    look();
  });

const inMemory = ({ state }: HistoryLoader): number =>
  state.get().pages.reduce((sum, { entries }) => sum + (entries?.length ?? 0), 0);

describe('a history of 40,000 events', () => {
  it('is read ahead of the window, and no further', async () => {
    const { loader, asked } = makeHistory(() => 40_000);
    loader.see({ first: 0, end: 40 });
    await untilIdle(loader);
    expect(asked).toEqual([0, 1, 2, 3]);
    loader.see({ first: 250, end: 300 });
    await untilIdle(loader);
    expect(asked).toEqual([0, 1, 2, 3, 4]);
  });

  it('is read to its end, with bounded memory, and again where it was dropped', async () => {
    const { loader, asked } = makeHistory(() => 40_000);
    for (let first = 0; first < 40_000; first += 400) {
      loader.see({ first, end: first + 60 });
      await untilIdle(loader);
      expect(entryAt(loader.state.get().pages, first)?.position).toBe(`e${first}`);
      expect(inMemory(loader)).toBeLessThanOrEqual(MOST_PAGES_KEPT * PAGE);
    }
    expect([countOf(loader.state.get().pages), loader.state.get().hasMore, asked.length]).toEqual([40_000, false, 200]);
    expect(entryAt(loader.state.get().pages, 100)).toBeNull();
    loader.see({ first: 90, end: 250 });
    await untilIdle(loader);
    expect([entryAt(loader.state.get().pages, 100)?.position, asked.slice(200)]).toEqual(['e100', [0, 1, 2, 3, 4]]);
    expect(countOf(loader.state.get().pages)).toBe(40_000);
  });

  it('is searched for an event that is not loaded, which is in memory then', async () => {
    const { loader } = makeHistory(() => 40_000);
    await untilIdle(loader);
    loader.seek('e31234');
    await untilIdle(loader);
    const { sought, pages } = loader.state.get();
    expect([sought, entryAt(pages, 31_234)?.position]).toEqual([{ position: 'e31234', at: 31_234 }, 'e31234']);
    loader.seek('nowhere');
    await untilIdle(loader);
    expect([loader.state.get().sought, loader.state.get().hasMore]).toEqual([{ position: 'nowhere', at: null }, false]);
  });
});

it('what is heard of a history is at its end, and is read once more', async () => {
  let count = 150;
  const { loader, asked } = makeHistory(() => count);
  await untilIdle(loader);
  count = 320;
  loader.renew();
  await untilIdle(loader);
  expect([countOf(loader.state.get().pages), asked]).toEqual([320, [0, 0, 1]]);
});
