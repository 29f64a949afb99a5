import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '@mps-ledger/spec-kit';

import { Appender } from '../append/appender';
import type { Send } from '../append/partition-queue';
import { LogUnavailable } from '../port/errors';
import { genesisOf } from '../port/genesis';
import type { EventLog, LogRecord, NewRecord } from '../port/port';
import { Guard } from './guard';
import type { SettingsFound } from './guard-options';
import { guardLog, guardSends } from './guarded-log';
import type { PartitionInspection } from './inspection';

const identity = { logId: 'aaaaaaaaaaaa', logGeneration: 1, eventGeneration: 1, partitions: 2 };
const TOPICS = ['raw', 'events'];
const record = (text: string): NewRecord => ({ key: null, value: Buffer.from(text), headers: { text } });
const RETENTION: NonNullable<SettingsFound['unsafe']> = { code: 'log-unsafe', reason: 'raw forgets', topics: ['raw'] };

/** A log of arrays, which a spec can make another one, with what its guard does and says. */
function logOfArrays({ intervalMs }: { intervalMs?: number } = {}) {
  const state = {
    logId: identity.logId,
    records: new Map<string, NewRecord[]>(),
    inspections: [] as boolean[],
    isUnseen: false,
    inspectMs: 0,
    unsafe: null as SettingsFound['unsafe'],
    said: [] as string[],
    appending: (): Promise<void> => Promise.resolve(),
  };
  const at = (topic: string, partition: number): NewRecord[] => {
    const key = `${topic}/${partition}`;
    const known = state.records.get(key) ?? [record('genesis')];
    state.records.set(key, known);
    return known;
  };
  const say = (_: object, message: string): void => void state.said.push(message);
  const guard = new Guard({
    ...{ topics: TOPICS, named: (topic) => topic, expires: () => false },
    inspect: async (fresh) => {
      state.inspections.push(fresh);
      if (state.inspectMs > 0) await pause(state.inspectMs);
      return TOPICS.flatMap((topic) =>
        [0, 1].map((partition): PartitionInspection => {
          if (state.isUnseen && topic === 'raw' && partition === 1) return { topic, partition, found: null };
          const beginning = genesisOf({ ...identity, logId: state.logId }, { topic, partition });
          return { topic, partition, found: { beginning, end: at(topic, partition).length } };
        }),
      );
    },
    settings: () => Promise.resolve({ unsafe: state.unsafe, warnings: [] }),
    readOne: (topic, partition, offset) => Promise.resolve(at(topic, partition)[offset] as LogRecord | undefined),
    logger: { debug: say, info: say, warn: say, error: say },
    ...(intervalMs !== undefined && { intervalMs }),
  });
  const send: Send = async ({ topic, partition, take }) => {
    await state.appending();
    const there = at(topic, partition);
    return { offsets: take().records.map((one) => there.push(one) - 1), logged: '' };
  };
  const appender = new Appender({ send: guardSends(guard, send) });
  const append: EventLog['append'] = (...those) => appender.append(...those);
  const log = guardLog({ append, close: () => Promise.resolve() } as unknown as EventLog, guard);
  return { log, guard, state, at };
}

const opened: EventLog[] = [];
afterEach(() => Promise.all(opened.splice(0).map((log) => log.close())));

function watched(options?: { intervalMs?: number }) {
  const all = logOfArrays(options);
  opened.push(all.log);
  all.guard.expect(identity);
  return all;
}

describe('an append', () => {
  it('is not held up before it is known which log is expected', async () => {
    const { log, state } = logOfArrays();
    await log.append('raw', 0, [record('x')]);
    expect(state.inspections).toEqual([]);
  });

  it('waits for a comparison after each new connection, and for none otherwise', async () => {
    const { log, guard, state } = watched();
    for (let times = 0; times < 20; times += 1) await log.append('raw', 0, [record('x')]);
    const before = state.inspections.length;
    guard.requireComparison();
    await log.append('raw', 0, [record('x')]);
    expect(state.inspections.slice(before)).toEqual([true]);
    await log.append('raw', 1, [record('x')]);
    expect(state.inspections).toHaveLength(before + 1);
  });

  it('is refused once the log is another one, and continues automatically when the same one is back', async () => {
    const { log, guard, state, at } = watched();
    await log.append('raw', 0, [record('x')]);
    guard.requireComparison();
    state.logId = 'bbbbbbbbbbbb';
    await expect(log.append('raw', 0, [record('lost')])).rejects.toMatchObject({ code: 'log-replaced' });
    expect(at('raw', 0)).toHaveLength(2);
    expect(guard.problem()).toMatchObject({ code: 'log-replaced' });
    state.logId = identity.logId;
    await eventually(() => guard.problem() === null);
    await log.append('raw', 0, [record('y')]);
    expect(state.said).toEqual([
      'the event log is not sound: nothing is acknowledged',
      'the event log is sound again: appending continues',
    ]);
  });

  it('is not reported as appended where it used a connection created during it, to another log', async () => {
    const { log, guard, state } = watched();
    await log.append('raw', 0, [record('x')]);
    state.appending = async () => {
      state.logId = 'bbbbbbbbbbbb';
      guard.requireComparison();
    };
    await expect(log.append('raw', 0, [record('lost')])).rejects.toMatchObject({ code: 'log-replaced' });
  });

  it('is not reported as appended where it lands below what was there, and neither are those behind it', async () => {
    const { log, state, at } = watched();
    for (let times = 0; times < 5; times += 1) await log.append('raw', 0, [record('x')]);
    state.appending = async () => void at('raw', 0).splice(1);
    const those = await Promise.allSettled([log.append('raw', 0, [record('a')]), log.append('raw', 0, [record('b')])]);
    expect(those).toMatchObject([{ reason: { code: 'log-replaced' } }, { reason: { code: 'log-replaced' } }]);
    await expect(log.append('raw', 1, [record('c')])).rejects.toMatchObject({ code: 'log-replaced' });
  });

  it('stays refused where the log has grown again over records that were lost', async () => {
    const { log, guard, state, at } = watched();
    for (let times = 0; times < 5; times += 1) await log.append('raw', 0, [record('x')]);
    const kept = at('raw', 0).splice(3);
    guard.requireComparison();
    await expect(guard.check()).resolves.toMatchObject({ code: 'log-replaced' });
    at('raw', 0).push(...Array.from({ length: 9 }, () => record('of somebody else')));
    await expect(guard.check()).resolves.toMatchObject({
      reason: expect.stringContaining('lost what this program appended'),
    });
    at('raw', 0).splice(3, 9, ...kept);
    await expect(guard.check()).resolves.toBeNull();
    expect(state.said).toHaveLength(2);
  });

  it('is compared after a period in which the topic was not observed', async () => {
    const { log, state } = watched();
    await log.append('raw', 0, [record('x')]);
    const before = state.inspections.length;
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_500);
    await log.append('raw', 0, [record('x')]);
    jest.restoreAllMocks();
    expect(state.inspections.slice(before)).toEqual([false]);
  });

  it.each([
    [1_000, 0],
    [50, 0],
    [2, 20],
  ])('comes %i times a second for ten seconds at the price of %i inspections', async (rate, inspections) => {
    const { log, state } = watched();
    await log.append('raw', 0, [record('x')]);
    const before = state.inspections.length;
    let now = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    for (let number = 0; number < 10 * rate; number += 1) {
      now += 1_000 / rate;
      await log.append('raw', number % 2, [record('x')]);
    }
    jest.restoreAllMocks();
    expect(state.inspections.slice(before)).toHaveLength(inspections);
  });

  it('waits for one comparison only where it takes longer than that', async () => {
    const { log, state } = watched();
    await log.append('raw', 0, [record('x')]);
    await pause(300);
    const before = state.inspections.length;
    state.inspectMs = 300;
    await Promise.all([1, 2, 3].map(() => log.append('raw', 0, [record('x')])));
    expect(state.inspections.slice(before)).toEqual([false]);
  });

  it('waits where its partition cannot be inspected, while others continue', async () => {
    const { log, guard, state } = watched();
    await log.append('raw', 0, [record('x')]);
    state.isUnseen = true;
    guard.requireComparison();
    let isDone = false;
    const held = log.append('raw', 1, [record('y')]).then(() => (isDone = true));
    await log.append('raw', 0, [record('x')]);
    await expect(guard.check()).rejects.toThrow(LogUnavailable);
    expect(isDone).toBe(false);
    state.isUnseen = false;
    await held;
  });

  it('keeps its order behind one that waits', async () => {
    const { log, guard, at } = watched();
    await log.append('raw', 0, [record('0')]);
    for (let round = 0; round < 5; round += 1) {
      guard.requireComparison();
      const texts = ['a', 'b', 'c', 'd'].map((text) => `${round}${text}`);
      await Promise.all(texts.map((text) => log.append('raw', 0, [record(text)])));
      expect(
        at('raw', 0)
          .slice(-4)
          .map(({ headers }) => headers['text']),
      ).toEqual(texts);
    }
  });

  it('is refused to a topic that is set to forget, until that is fixed, while other topics are appended to', async () => {
    const { log, guard, state } = watched();
    state.unsafe = RETENTION;
    await guard.check();
    await expect(log.append('raw', 0, [record('x')])).rejects.toMatchObject({ code: 'log-unsafe' });
    await log.append('events', 0, [record('x')]);
    state.unsafe = null;
    await eventually(() => guard.problem() === null);
    await log.append('raw', 0, [record('x')]);
    expect(state.said).toHaveLength(2);
  });
});

it('the settings are checked at intervals, with or without appends', async () => {
  const { guard, state } = watched({ intervalMs: 10 });
  await eventually(() => state.inspections.length > 2);
  state.unsafe = RETENTION;
  await eventually(() => guard.problem()?.code === 'log-unsafe');
});

it('what is known from elsewhere counts: a log that is shorter is another one', async () => {
  const { guard, log } = watched();
  guard.expect(identity, new Map([['events', [0, 7]]]));
  await expect(guard.check()).resolves.toMatchObject({
    code: 'log-replaced',
    reason: /partition 1 of events ends at 1/,
  });
  await expect(log.append('raw', 0, [record('x')])).rejects.toMatchObject({ code: 'log-replaced' });
});

it('a batch is handed over once the log was compared, and is not where it is another one', async () => {
  const state = logOfArrays();
  const batches: unknown[] = [];
  let handOver: (batch: unknown) => Promise<number> = async () => 0;
  const bare = {
    follow: ({ onBatch }: { onBatch: typeof handOver }) => void (handOver = onBatch),
    close: async () => undefined,
  };
  const log = guardLog(bare as unknown as EventLog, state.guard);
  opened.push(log);
  log.follow({ group: 'g', topic: 'raw', onBatch: async (batch) => batches.push(batch) });
  state.guard.expect(identity);
  await handOver({ topic: 'raw', partition: 0 });
  expect(batches).toHaveLength(1);
  state.state.logId = 'bbbbbbbbbbbb';
  state.guard.requireComparison();
  await expect(handOver({ topic: 'raw', partition: 0 })).rejects.toMatchObject({ code: 'log-replaced' });
  expect(batches).toHaveLength(1);
});

describe('a partition', () => {
  it('is known to be of the expected log once it was compared since the last connection was created, and not before', async () => {
    const { guard, state } = watched();
    expect(guard.isSame('raw', 0)).toBe(false);
    await eventually(() => guard.isSame('raw', 0));
    const before = state.inspections.length;
    expect(guard.isSame('events', 1)).toBe(true);
    expect(state.inspections).toHaveLength(before);
    guard.requireComparison();
    expect(guard.isSame('raw', 0)).toBe(false);
    await eventually(() => guard.isSame('raw', 0));
  });

  it('is not while another log is there, and is again automatically', async () => {
    const { guard, state } = watched();
    state.logId = 'bbbbbbbbbbbb';
    await guard.check();
    const before = state.inspections.length;
    for (let times = 0; times < 10; times += 1) expect(guard.isSame('raw', 0)).toBe(false);
    expect(state.inspections).toHaveLength(before);
    state.logId = identity.logId;
    await eventually(() => guard.isSame('raw', 0));
  });

  it('is not before it is known which log is expected', () => {
    expect(logOfArrays().guard.isSame('raw', 0)).toBe(false);
  });
});
