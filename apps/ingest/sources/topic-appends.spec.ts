import { TooManyWaiting, type Appended, type AppendOptions, type NewRecord } from '@mps-ledger/event-log';
import type { EncodedRecord } from '@mps-ledger/records';
import { TopicAppends } from './topic-appends';

const record = (name: string, size = 10): EncodedRecord => ({
  key: Buffer.from(name),
  value: Buffer.alloc(size),
  headers: {},
});

interface Asked {
  readonly what: readonly [topic: string, partition: number, records: readonly NewRecord[], options?: AppendOptions];
  answer(offset: number): void;
  fail(error: unknown): void;
}

/** A log that answers on command; each append that it received is in `asked`. */
function slowLog() {
  const asked: Asked[] = [];
  const append = (...what: Asked['what']) =>
    new Promise<Appended>((resolve, reject) => {
      asked.push({ what, answer: (offset) => resolve({ offsets: [offset], logged: '' }), fail: reject });
    });
  return { appends: new TopicAppends({ append }, 'raw'), asked };
}

describe('the appends to a topic', () => {
  it('go to the log one by one, each in limited time, and answer its offset', async () => {
    const { appends, asked } = slowLog();
    const all = [appends.append(3, record('a')), appends.append(3, record('b'))];
    expect(asked.map(({ what }) => what)).toEqual([
      ['raw', 3, [record('a')], { withinMs: 10_000 }],
      ['raw', 3, [record('b')], { withinMs: 10_000 }],
    ]);
    asked[1]!.answer(8);
    asked[0]!.answer(7);
    expect(await Promise.all(all)).toEqual([7, 8]);
  });

  it('say how many bytes wait', async () => {
    const { appends, asked } = slowLog();
    expect(appends.waitingBytes).toBe(0);
    const all = Promise.allSettled([appends.append(0, record('a', 100)), appends.append(1, record('b', 1000))]);
    expect(appends.waitingBytes).toBe(1102);
    asked[0]!.fail(new Error('down'));
    asked[1]!.answer(1);
    await all;
    expect(appends.waitingBytes).toBe(0);
  });

  it('report how long the oldest one has waited', async () => {
    const { appends, asked } = slowLog();
    expect(appends.waitingMs).toBe(0);
    const since = performance.now();
    const first = appends.append(0, record('a'));
    const between = performance.now();
    const second = appends.append(1, record('b'));
    const now = performance.now();
    const waited = appends.waitingMs;
    expect(waited).toBeGreaterThanOrEqual(now - between);
    expect(waited).toBeLessThanOrEqual(performance.now() - since);
    asked[0]!.answer(1);
    await first;
    expect(appends.waitingMs).toBeLessThanOrEqual(performance.now() - between);
    asked[1]!.answer(1);
    await second;
    expect(appends.waitingMs).toBe(0);
  });

  it('finish what waits when they are closed, and accept nothing more', async () => {
    const { appends, asked } = slowLog();
    const last = appends.append(0, record('a'));
    let isClosed = false;
    const closed = appends.close().then(() => (isClosed = true));
    await expect(appends.append(0, record('b'))).rejects.toThrow(TooManyWaiting);
    expect([isClosed, asked.length]).toEqual([false, 1]);
    asked[0]!.answer(1);
    await closed;
    expect(await last).toBe(1);
  });

  it('are closed also where what waits fails', async () => {
    const { appends, asked } = slowLog();
    const last = appends.append(0, record('a'));
    const closed = appends.close();
    asked[0]!.fail(new Error('down'));
    await closed;
    await expect(last).rejects.toThrow('down');
  });
});
