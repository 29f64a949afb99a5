import { silent } from '../../port/logger';
import { BEGIN_AGAIN } from '../../follow/partition-loop';
import { Feed } from './feed';
import type { Range } from '../ranges';
import { FetchWatchdog } from './fetch-watchdog';

const TOPIC = 'watched';

/** A partition that waits at a position of a log which ends at another one, and a clock to be set. */
function watchOver({ high, low = 0, isThere = true }: { high: number; low?: number; isThere?: boolean }) {
  const [warned, stuck]: [unknown[], Error[]] = [[], []];
  let [ahead, isRead] = [0, true];
  const feed = new Feed({
    ...{ topic: TOPIC, partition: 0, limits: { maxRecords: 10, maxBytes: 1_000 }, maxHoldMs: 1_000 },
    ...{ seek: () => undefined, pause: () => undefined, resume: () => undefined, onUnexpectedOffer: () => undefined },
  });
  const watchdog = new FetchWatchdog({
    ...{ topic: TOPIC, logger: { ...silent, warn: (fields: object) => warned.push(fields) } },
    feeds: () => new Map([[0, feed]]),
    ranges: async (): Promise<Range[]> => [{ low, high }],
    async hasRecords() {
      if (!isRead) throw new Error('cannot be warned');
      return isThere;
    },
    onStuck: (error) => stuck.push(error),
    now: () => performance.now() + ahead,
  });
  const ask = (position: number) => feed.next(position, new AbortController().signal);
  const checkAfter = async (ms: number): Promise<void> => {
    ahead += ms;
    await watchdog.checkAll();
  };
  return { feed, watchdog, warned, stuck, ask, checkAfter, cannotRead: () => (isRead = false) };
}

describe('the fetch watchdog', () => {
  it('begins again what waits for some seconds although records exist, and then requests another consumer', async () => {
    const { warned, stuck, ask, checkAfter } = watchOver({ high: 9 });
    const first = ask(5);
    await checkAfter(5_000);
    expect(await first).toBe(BEGIN_AGAIN);
    expect(warned).toEqual([{ topic: TOPIC, partition: 0, position: 5 }]);
    void ask(5);
    await checkAfter(5_000);
    expect(stuck).toMatchObject([{ code: 'log-unavailable', message: /watched\/0 from 5 on are there/ }]);
  });

  it('requests another consumer again and again, at growing intervals', async () => {
    const { stuck, ask, checkAfter } = watchOver({ high: 9 });
    void ask(5);
    const at: number[] = [];
    for (let seconds = 5; seconds <= 2_000; seconds += 5) {
      const before = stuck.length;
      await checkAfter(5_000);
      if (stuck.length > before) at.push(seconds);
      void ask(5);
    }
    const pauses = at.slice(1).map((seconds, index) => seconds - (at[index] ?? 0));
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
  });

  it.each([
    ['for records to come', { high: 5 }],
    ['where there are only control records', { high: 9, isThere: false }],
  ])('leaves alone what waits %s', async (_, log) => {
    const { feed, warned, stuck, ask, checkAfter } = watchOver(log);
    void ask(5);
    for (let checks = 0; checks < 5; checks += 1) await checkAfter(5_000);
    expect([...warned, ...stuck]).toEqual([]);
    expect(feed.waiting).toMatchObject({ position: 5 });
  });

  it('leaves alone what has not waited for long, and what cannot be read', async () => {
    const { feed, warned, ask, checkAfter, cannotRead } = watchOver({ high: 9 });
    void ask(5);
    await checkAfter(1_000);
    cannotRead();
    await checkAfter(60_000);
    expect(warned).toEqual([]);
    expect(feed.waiting).toMatchObject({ position: 5 });
  });

  it.each([
    ['beyond the end', 12],
    ['before the beginning', 1],
  ])('fails what waits %s of the log', async (_, position) => {
    const { ask, checkAfter } = watchOver({ low: 2, high: 9 });
    const waiting = expect(ask(position)).rejects.toMatchObject({ code: 'out-of-range' });
    await checkAfter(1);
    await waiting;
  });
});
