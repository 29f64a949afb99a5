import type { EncodedRecord } from '@mps-ledger/records';
import fc from 'fast-check';
import { RecordTooLarge } from '@mps-ledger/event-log';
import { checkAsyncProperty, eventually } from '@mps-ledger/spec-kit';
import { AppendUnanswered, SharedAppends, TooManyWaiting, type SharedAppendsOptions } from './shared-appends';

const record = (name: string, size = 10): EncodedRecord => ({
  key: Buffer.from(name),
  value: Buffer.alloc(size),
  headers: {},
});

interface Asked {
  readonly partition: number;
  readonly keys: readonly string[];
  /** Lets the log answer. */
  answer(): void;
  fail(error: unknown): void;
}

/** A log that answers on command; each append that it received is in `asked`. */
function slowLog(options: Omit<SharedAppendsOptions, 'append'> = {}) {
  const asked: Asked[] = [];
  const ends = new Map<number, number>();
  const appends = new SharedAppends({
    ...options,
    append: (partition, records) =>
      new Promise((resolve, reject) => {
        const keys = records.map(({ key }) => key.toString());
        const answer = () => {
          const from = ends.get(partition) ?? 1;
          ends.set(partition, from + records.length);
          resolve({ offsets: records.map((_, index) => from + index) });
        };
        asked.push({ partition, keys, answer, fail: reject });
      }),
  });
  const nth = (n: number) => eventually(() => asked[n - 1]);
  return { appends, asked, nth };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('shared appends', () => {
  it('put together what waits while the last append of the partition is in flight', async () => {
    const { appends, asked, nth } = slowLog();
    const first = appends.append(3, record('a'));
    const one = await nth(1);
    const rest = ['b', 'c', 'd'].map((name) => appends.append(3, record(name)));
    await turn();
    expect(asked).toHaveLength(1);
    one.answer();
    (await nth(2)).answer();
    expect(asked.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c', 'd']]);
    expect(await Promise.all([first, ...rest])).toEqual([1, 2, 3, 4]);
  });

  it('go apart where they are too large together: only what is too large alone fails, what waits behind does not', async () => {
    const { appends, asked, nth } = slowLog();
    const all = ['a', 'large', 'b'].map((name) => appends.append(0, record(name)));
    const refused = expect(all[1]).rejects.toThrow('alone');
    const one = await nth(1);
    const behind = appends.append(0, record('behind'));
    one.fail(new RecordTooLarge('together'));
    (await nth(2)).answer();
    (await nth(3)).fail(new RecordTooLarge('alone'));
    (await nth(4)).answer();
    (await nth(5)).answer();
    expect(asked.map(({ keys }) => keys)).toEqual([['a', 'large', 'b'], ['a'], ['large'], ['b'], ['behind']]);
    await refused;
    expect(await Promise.all([all[0], all[2], behind])).toEqual([1, 2, 3]);
    expect(appends.waitingBytes).toBe(0);
  });

  it('that go apart stop at what fails for another reason, and fail what comes after it', async () => {
    const { appends, asked, nth } = slowLog();
    const all = ['a', 'b', 'c'].map((name) => appends.append(0, record(name)));
    const settled = Promise.allSettled(all);
    (await nth(1)).fail(new RecordTooLarge('together'));
    (await nth(2)).fail(new Error('gone'));
    expect(await settled).toEqual(
      all.map(() =>
        expect.objectContaining({ status: 'rejected', reason: expect.objectContaining({ message: 'gone' }) }),
      ),
    );
    expect(asked).toHaveLength(2);
  });

  it('put together what arrives in one turn of the event loop', async () => {
    const { appends, nth } = slowLog();
    const all = ['a', 'b'].map((name) => appends.append(0, record(name)));
    const one = await nth(1);
    expect(one.keys).toEqual(['a', 'b']);
    one.answer();
    expect(await Promise.all(all)).toEqual([1, 2]);
  });

  it('never have two appends of one partition in flight, and never wait for another partition', async () => {
    const { appends, asked, nth } = slowLog();
    const slow = appends.append(0, record('a'));
    await nth(1);
    void appends.append(0, record('b')).catch(() => undefined);
    const quick = appends.append(1, record('c'));
    (await nth(2)).answer();
    expect(await quick).toBe(1);
    expect(asked.map(({ partition }) => partition)).toEqual([0, 1]);
    asked[0]!.answer();
    expect(await slow).toBe(1);
    (await nth(3)).answer();
    await appends.close();
  });

  it('are cut where they would pass the size of one append, and a larger record goes alone', async () => {
    const { appends, asked, nth } = slowLog({ maxAppendBytes: 1000 });
    const sizes = { a: 400, b: 400, c: 400, large: 5000, d: 10 };
    const all = Object.entries(sizes).map(([name, size]) => appends.append(0, record(name, size)));
    for (let n = 1; n <= 4; n += 1) (await nth(n)).answer();
    await Promise.all(all);
    expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c'], ['large'], ['d']]);
  });

  it('refuse a record for which there is no room, and take it again when there is', async () => {
    const { appends, nth } = slowLog({ maxWaitingBytes: 1000 });
    const first = appends.append(0, record('a', 800));
    await expect(appends.append(1, record('b', 800))).rejects.toThrow(TooManyWaiting);
    (await nth(1)).answer();
    await first;
    expect(appends.waitingBytes).toBe(0);
    const again = appends.append(1, record('b', 800));
    (await nth(2)).answer();
    expect(await again).toBe(1);
  });

  it('take a record that is larger than all the room when nothing else waits', async () => {
    const { appends, nth } = slowLog({ maxWaitingBytes: 1000 });
    const all = appends.append(0, record('a', 5000));
    (await nth(1)).answer();
    expect(await all).toBe(1);
  });

  it('reject all that were in a failed append and all that waited behind it, and continue with the next', async () => {
    const { appends, asked, nth } = slowLog();
    const down = new Error('down');
    const failing = appends.append(0, record('a'));
    const one = await nth(1);
    const behind = appends.append(0, record('b'));
    one.fail(down);
    await expect(failing).rejects.toBe(down);
    await expect(behind).rejects.toBe(down);
    expect(appends.waitingBytes).toBe(0);
    const next = appends.append(0, record('c'));
    (await nth(2)).answer();
    expect(await next).toBe(1);
    expect(asked.map(({ keys }) => keys)).toEqual([['a'], ['c']]);
  });

  it('are not answered as done by a log that answers too few offsets', async () => {
    const appends = new SharedAppends({ append: () => Promise.resolve({ offsets: [1] }) });
    const answers = await Promise.allSettled(['a', 'b'].map((name) => appends.append(0, record(name))));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('are given up after a while, and what was still waiting is never appended then', async () => {
    const { appends, asked, nth } = slowLog({ answerWithinMs: 20 });
    const hanging = appends.append(0, record('a'));
    const one = await nth(1);
    const behind = appends.append(0, record('b'));
    await expect(hanging).rejects.toThrow(AppendUnanswered);
    await expect(behind).rejects.toThrow(AppendUnanswered);
    expect(appends.waitingBytes).toBeGreaterThan(0);
    one.answer();
    await appends.close();
    expect(asked).toHaveLength(1);
    expect(appends.waitingBytes).toBe(0);
  });

  it('finish what is in flight when they are closed, and accept nothing more', async () => {
    const { appends, nth } = slowLog();
    const last = appends.append(0, record('a'));
    const closed = appends.close();
    await expect(appends.append(0, record('b'))).rejects.toThrow(TooManyWaiting);
    (await nth(1)).answer();
    await closed;
    expect(await last).toBe(1);
  });

  it('answer each caller its own offset, in order per partition, whatever comes when and whatever fails', async () => {
    const arrivals = fc.array(fc.record({ partition: fc.nat(2), size: fc.nat(600), pause: fc.boolean() }), {
      maxLength: 40,
    });
    await checkAsyncProperty(
      fc.asyncProperty(arrivals, fc.array(fc.boolean()), async (calls, failures) => {
        const kept = new Map<number, string[]>();
        const fails = [...failures];
        const appends = new SharedAppends({
          maxAppendBytes: 1000,
          append: async (partition, records) => {
            await turn();
            if (fails.shift() === true) throw new Error('down');
            const lane = kept.get(partition) ?? [];
            kept.set(partition, lane);
            const from = lane.length;
            lane.push(...records.map(({ key }) => key.toString()));
            return { offsets: records.map((_, index) => from + index) };
          },
        });
        const answers: Promise<unknown>[] = [];
        for (const [n, { partition, size, pause }] of calls.entries()) {
          const answer = appends.append(partition, record(String(n), size));
          answers.push(
            answer.then(
              (offset) => expect(kept.get(partition)?.[offset]).toBe(String(n)),
              () => undefined,
            ),
          );
          if (pause) await turn();
        }
        await Promise.all(answers);
        await appends.close();
        expect(appends.waitingBytes).toBe(0);
        for (const lane of kept.values()) expect(lane).toEqual([...lane].sort((a, b) => Number(a) - Number(b)));
      }),
      200,
    );
  });

  it('report how long the oldest one has waited', async () => {
    const { appends, nth } = slowLog();
    expect(appends.waitingMs).toBe(0);
    const since = performance.now();
    const first = appends.append(0, record('a'));
    const one = await nth(1);
    const between = performance.now();
    const second = appends.append(1, record('b'));
    const two = await nth(2);
    const now = performance.now();
    const waited = appends.waitingMs;
    expect(waited).toBeGreaterThanOrEqual(now - between);
    expect(waited).toBeLessThanOrEqual(performance.now() - since);
    one.answer();
    await first;
    await eventually(() => appends.waitingMs <= performance.now() - between);
    two.answer();
    await second;
    await eventually(() => appends.waitingMs === 0);
  });
});
