import { checkAsyncProperty, eventually } from '@mps-ledger/spec-kit';
import fc from 'fast-check';

import { AppendUnanswered, LogNotReady, RecordTooLarge, TooManyWaiting } from '../port/errors';
import type { AppendOptions, NewRecord } from '../port/port';
import { Appender, type AppenderOptions } from './appender';
import type { Send } from './partition-queue';
import { sendUntilKnown } from './send-until-known';

const record = (name: string, size = 10): NewRecord => ({
  key: Buffer.from(name),
  value: Buffer.alloc(size),
  headers: {},
});
const keysOf = (records: readonly NewRecord[]) => records.map(({ key }) => String(key));
const LOGGED = '2026-11-22T09:00:00.000Z';

interface Asked {
  readonly partition: number;
  readonly keys: readonly string[];
  /** Lets the log answer. */
  answer(): void;
  fail(error: unknown): void;
}

/** A log that answers on command; each append that it received is in `asked`. */
function slowLog(options: Omit<AppenderOptions, 'send'> = {}) {
  const asked: Asked[] = [];
  const ends = new Map<string, number>();
  const appender = new Appender({
    ...options,
    async send({ topic, partition, take }) {
      await turn();
      const { records } = take();
      if (records.length === 0) return undefined;
      return new Promise((resolve, reject) => {
        const answer = () => {
          const from = ends.get(`${topic}/${partition}`) ?? 1;
          ends.set(`${topic}/${partition}`, from + records.length);
          resolve({ offsets: records.map((_, index) => from + index), logged: LOGGED });
        };
        asked.push({ partition, keys: keysOf(records), answer, fail: reject });
      });
    },
  });
  /** Appends one record, and resolves with its offset. */
  const append = (
    partition: number,
    one: NewRecord,
    { topic = 't', ...limits }: { topic?: string } & AppendOptions = {},
  ) => appender.append(topic, partition, [one], limits).then(({ offsets }) => offsets[0]);
  const nth = (n: number) => eventually(() => asked[n - 1]);
  return { appender, append, asked, nth };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('appends', () => {
  it('put together what waits while the last append of the partition is in flight', async () => {
    const { append, asked, nth } = slowLog();
    const first = append(3, record('a'));
    const one = await nth(1);
    const rest = ['b', 'c', 'd'].map((name) => append(3, record(name)));
    await turn();
    expect(asked).toHaveLength(1);
    one.answer();
    (await nth(2)).answer();
    expect(asked.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c', 'd']]);
    expect(await Promise.all([first, ...rest])).toEqual([1, 2, 3, 4]);
  });

  it('go apart where they are too large together: only what is too large alone fails, what waits behind does not', async () => {
    const { append, appender, asked, nth } = slowLog();
    const all = ['a', 'large', 'b'].map((name) => append(0, record(name)));
    const refused = expect(all[1]).rejects.toThrow('alone');
    const one = await nth(1);
    const behind = append(0, record('behind'));
    one.fail(new RecordTooLarge('together'));
    (await nth(2)).answer();
    (await nth(3)).fail(new RecordTooLarge('alone'));
    (await nth(4)).answer();
    (await nth(5)).answer();
    expect(asked.map(({ keys }) => keys)).toEqual([['a', 'large', 'b'], ['a'], ['large'], ['b'], ['behind']]);
    await refused;
    expect(await Promise.all([all[0], all[2], behind])).toEqual([1, 2, 3]);
    expect(appender.waitingBytes('t')).toBe(0);
  });

  it('that go apart stop at what fails for another reason, and fail what comes after it', async () => {
    const { append, asked, nth } = slowLog();
    const all = ['a', 'b', 'c'].map((name) => append(0, record(name)));
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
    const { append, nth } = slowLog();
    const all = ['a', 'b'].map((name) => append(0, record(name)));
    const one = await nth(1);
    expect(one.keys).toEqual(['a', 'b']);
    one.answer();
    expect(await Promise.all(all)).toEqual([1, 2]);
  });

  it('never have two appends of one partition in flight, and never wait for another partition', async () => {
    const { append, appender, asked, nth } = slowLog();
    const slow = append(0, record('a'));
    await nth(1);
    void append(0, record('b')).catch(() => undefined);
    const quick = append(1, record('c'));
    (await nth(2)).answer();
    expect(await quick).toBe(1);
    expect(asked.map(({ partition }) => partition)).toEqual([0, 1]);
    asked[0]!.answer();
    expect(await slow).toBe(1);
    (await nth(3)).answer();
    await appender.close();
  });

  it('are cut where they would pass the size of one append, and a larger record goes alone', async () => {
    const { append, asked, nth } = slowLog({ maxSendBytes: 1000 });
    const sizes = { a: 400, b: 400, c: 400, large: 5000, d: 10 };
    const all = Object.entries(sizes).map(([name, size]) => append(0, record(name, size)));
    for (let n = 1; n <= 4; n += 1) (await nth(n)).answer();
    await Promise.all(all);
    expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c'], ['large'], ['d']]);
  });

  it('refuse a record for which there is no room, and take it again when there is', async () => {
    const { append, appender, nth } = slowLog({ maxWaitingBytes: 1000 });
    const first = append(0, record('a', 800));
    await expect(append(1, record('b', 800))).rejects.toThrow(TooManyWaiting);
    (await nth(1)).answer();
    await first;
    expect(appender.waitingBytes('t')).toBe(0);
    const again = append(1, record('b', 800));
    (await nth(2)).answer();
    expect(await again).toBe(1);
  });

  it('take a record that is larger than all the room when nothing else waits', async () => {
    const { append, nth } = slowLog({ maxWaitingBytes: 1000 });
    const all = append(0, record('a', 5000));
    (await nth(1)).answer();
    expect(await all).toBe(1);
  });

  it('reject all that were in a failed append and all that waited behind it, and continue with the next', async () => {
    const { append, appender, asked, nth } = slowLog();
    const down = new Error('down');
    const failing = append(0, record('a'));
    const one = await nth(1);
    const behind = append(0, record('b'));
    one.fail(down);
    await expect(failing).rejects.toBe(down);
    await expect(behind).rejects.toBe(down);
    expect(appender.waitingBytes('t')).toBe(0);
    const next = append(0, record('c'));
    (await nth(2)).answer();
    expect(await next).toBe(1);
    expect(asked.map(({ keys }) => keys)).toEqual([['a'], ['c']]);
  });

  it('are not answered as done by a log that answers too few offsets', async () => {
    const send: Send = async ({ take }) => {
      await turn();
      take();
      return { offsets: [1], logged: LOGGED };
    };
    const appender = new Appender({ send });
    const answers = await Promise.allSettled(['a', 'b'].map((name) => appender.append('t', 0, [record(name)])));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('are given up after a while, and what was still waiting is never appended then', async () => {
    const { append, appender, asked, nth } = slowLog({ withinMs: 20 });
    const hanging = append(0, record('a'));
    const one = await nth(1);
    const behind = append(0, record('b'));
    await expect(hanging).rejects.toThrow(AppendUnanswered);
    await expect(behind).rejects.toThrow(AppendUnanswered);
    expect(appender.waitingBytes('t')).toBeGreaterThan(0);
    one.answer();
    await appender.close();
    expect(asked).toHaveLength(1);
    expect(appender.waitingBytes('t')).toBe(0);
  });

  it('have their own limit of time where one is given', async () => {
    const { appender, append, asked, nth } = slowLog();
    const patient = append(0, record('a'));
    const one = await nth(1);
    await expect(append(0, record('b'), { withinMs: 20 })).rejects.toThrow(AppendUnanswered);
    const behind = append(0, record('c'));
    one.answer();
    (await nth(2)).answer();
    expect(await Promise.all([patient, behind])).toEqual([1, 2]);
    expect(asked.map(({ keys }) => keys)).toEqual([['a'], ['c']]);
    expect(appender.waitingBytes('t')).toBe(0);
  });

  it('to one topic leave room for those to another', async () => {
    const { append, nth } = slowLog({ maxWaitingBytes: 1000 });
    const raw = append(0, record('a', 900), { topic: 'raw' });
    const events = append(0, record('b', 900), { topic: 'events' });
    await expect(append(1, record('c', 900), { topic: 'raw' })).rejects.toThrow(TooManyWaiting);
    for (const n of [1, 2]) (await nth(n)).answer();
    expect(await Promise.all([raw, events])).toEqual([1, 1]);
  });

  it('that the log refuses fail alone: what waits behind them is sent', async () => {
    const { append, nth } = slowLog();
    const refused = expect(append(0, record('a'))).rejects.toThrow('missing');
    const one = await nth(1);
    const behind = append(0, record('b'));
    one.fail(new LogNotReady('missing'));
    await refused;
    (await nth(2)).answer();
    expect(await behind).toBe(1);
  });

  it('finish what is in flight when they are closed, and accept nothing more', async () => {
    const { appender, append, nth } = slowLog();
    const last = append(0, record('a'));
    let isClosed = false;
    const closed = appender.close().then(() => (isClosed = true));
    await expect(append(0, record('b'))).rejects.toMatchObject({ code: 'log-unavailable', message: /closed/ });
    const one = await nth(1);
    expect(isClosed).toBe(false);
    one.answer();
    await closed;
    expect(await last).toBe(1);
  });

  it.each([
    ['fails what waits behind', 200, 10, (send: Send) => send],
    ['is repeated', 10, 2, sendUntilKnown],
  ])(
    'answer each caller its own offsets, all or none, in order per partition, whatever comes when, where what fails %s',
    async (_, runs, maxFailures, made) => {
      const call = { partition: fc.nat(2), sizes: fc.array(fc.nat(600), { minLength: 1, maxLength: 3 }) };
      const calls = fc.array(fc.record({ ...call, pause: fc.boolean() }), { maxLength: 40 });
      await checkAsyncProperty(
        fc.asyncProperty(calls, fc.array(fc.boolean(), { maxLength: maxFailures }), async (arriving, failures) => {
          const kept = new Map<number, string[]>();
          const fails = [...failures];
          const send = made(async ({ partition, take }) => {
            await turn();
            if (fails.shift() === true) throw new Error('down');
            const lane = kept.get(partition) ?? [];
            kept.set(partition, lane);
            const offsets = keysOf(take().records).map((key) => lane.push(key) - 1);
            return { offsets, logged: LOGGED };
          });
          const appender = new Appender({ send, maxSendBytes: 1000 });
          const answers: Promise<void>[] = [];
          for (const [n, { partition, sizes, pause }] of arriving.entries()) {
            const records = sizes.map((size, index) => record(String(n * 10 + index), size));
            answers.push(
              appender.append('t', partition, records).then(
                ({ offsets }) =>
                  expect(offsets.map((offset) => kept.get(partition)?.[offset])).toEqual(keysOf(records)),
                () =>
                  expect(kept.get(partition) ?? []).not.toEqual(expect.arrayContaining(keysOf(records).slice(0, 1))),
              ),
            );
            if (pause) await turn();
          }
          await Promise.all(answers);
          await appender.close();
          expect(appender.waitingBytes('t')).toBe(0);
          for (const lane of kept.values()) expect(lane).toEqual([...lane].sort((a, b) => Number(a) - Number(b)));
        }),
        runs,
      );
    },
  );
});
