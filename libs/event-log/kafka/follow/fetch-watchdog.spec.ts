import { silent } from '../../port/logger';
import { BEGIN_AGAIN } from '../../follow/partition-loop';
import { Feed } from './feed';
import type { Range } from '../ranges';
import { FetchWatchdog } from './fetch-watchdog';

const TOPIC = 'watched';

/** A partition that waits at a position of a log which ends at another one, and a clock to be set. */
function watchOver({ high, low = 0, isThere = true }: { high: number; low?: number; isThere?: boolean }) {
  const [told, stuck]: [unknown[], Error[]] = [[], []];
  let [ahead, isRead] = [0, true];
  const feed = new Feed({
    ...{ topic: TOPIC, partition: 0, limits: { maxRecords: 10, maxBytes: 1_000 }, maxHoldMs: 1_000 },
    ...{ seek: () => undefined, pause: () => undefined, resume: () => undefined, onUnexpectedOffer: () => undefined },
  });
  const watch = new FetchWatchdog({
    ...{ topic: TOPIC, logger: { ...silent, warn: (fields: object) => told.push(fields) } },
    feeds: () => new Map([[0, feed]]),
    ranges: async (): Promise<Range[]> => [{ low, high }],
    async hasRecords() {
      if (!isRead) throw new Error('cannot be told');
      return isThere;
    },
    onStuck: (error) => stuck.push(error),
    now: () => performance.now() + ahead,
  });
  const ask = (position: number) => feed.next(position, new AbortController().signal);
  const lookAfter = async (ms: number): Promise<void> => {
    ahead += ms;
    await watch.checkAll();
  };
  return { feed, watch, told, stuck, ask, lookAfter, cannotRead: () => (isRead = false) };
}

describe('the watch over partitions that wait', () => {
  it('begins anew what waits for some seconds although records are there, and then asks for another consumer', async () => {
    const { told, stuck, ask, lookAfter } = watchOver({ high: 9 });
    const first = ask(5);
    await lookAfter(5_000);
    expect(await first).toBe(BEGIN_AGAIN);
    expect(told).toEqual([{ topic: TOPIC, partition: 0, position: 5 }]);
    void ask(5);
    await lookAfter(5_000);
    expect(stuck).toMatchObject([{ code: 'log-unavailable', message: /watched\/0 from 5 on are there/ }]);
  });

  it('asks for another consumer again and again, more and more seldom', async () => {
    const { stuck, ask, lookAfter } = watchOver({ high: 9 });
    void ask(5);
    const at: number[] = [];
    for (let seconds = 5; seconds <= 2_000; seconds += 5) {
      const before = stuck.length;
      await lookAfter(5_000);
      if (stuck.length > before) at.push(seconds);
      void ask(5);
    }
    const pauses = at.slice(1).map((seconds, index) => seconds - (at[index] ?? 0));
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
  });

  it.each([
    ['for records to come', { high: 5 }],
    ['where there is nothing but what Kafka notes for itself', { high: 9, isThere: false }],
  ])('lets be what waits %s', async (_, log) => {
    const { feed, told, stuck, ask, lookAfter } = watchOver(log);
    void ask(5);
    for (let looks = 0; looks < 5; looks += 1) await lookAfter(5_000);
    expect([...told, ...stuck]).toEqual([]);
    expect(feed.waiting).toMatchObject({ position: 5 });
  });

  it('lets be what has not waited for long, and what cannot be looked at', async () => {
    const { feed, told, ask, lookAfter, cannotRead } = watchOver({ high: 9 });
    void ask(5);
    await lookAfter(1_000);
    cannotRead();
    await lookAfter(60_000);
    expect(told).toEqual([]);
    expect(feed.waiting).toMatchObject({ position: 5 });
  });

  it.each([
    ['beyond the end', 12],
    ['before the beginning', 1],
  ])('fails what waits %s of the log', async (_, position) => {
    const { ask, lookAfter } = watchOver({ low: 2, high: 9 });
    const waiting = expect(ask(position)).rejects.toMatchObject({ code: 'out-of-range' });
    await lookAfter(1);
    await waiting;
  });
});
