import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import type { ReadModelState, WaitingRoomOptions } from './waiting-room';
import { WaitingRoom } from './waiting-room';

const LONG_MS = 60_000;
const never = new AbortController().signal;

/** A read model whose progress the spec sets. */
class Told {
  rawNext = [1, 1];
  readonly finished = new Set<string>();
  readonly asked: (readonly string[])[] = [];
  fault: Error | null = null;

  /** Raw offsets below these are applied, or not: by place. */
  rawTop = [1, 1];
  readonly applied = new Set<string>();

  readProgress = (keys: readonly string[], places: readonly string[] = []): Promise<ReadModelState> => {
    this.asked.push(keys);
    if (this.fault !== null) return Promise.reject(this.fault);
    const { rawNext, rawTop } = this;
    const freshness = {
      logId: LOG_ID,
      logGeneration: 1,
      eventGeneration: 1,
      offsets: [1, 1],
      check: '',
      rawNext,
      rawTop,
      lagMs: 0,
    };
    const known = (all: ReadonlySet<string>, asked: readonly string[]) => new Set(asked.filter((one) => all.has(one)));
    return Promise.resolve({
      freshness,
      finished: known(this.finished, keys),
      applied: known(this.applied, places),
    });
  };
}

const rooms: WaitingRoom[] = [];

function room(told: Told, options: Partial<WaitingRoomOptions> = {}): WaitingRoom {
  const made = new WaitingRoom({
    readProgress: told.readProgress,
    onFailure: () => undefined,
    restMs: 1,
    pollMs: LONG_MS,
    ...options,
  });
  rooms.push(made);
  return made;
}

afterEach(() => {
  for (const made of rooms.splice(0)) made.close();
});

const LOG_ID = 'abcdefghijkl';
const receipt = (offset: number, partition = 0, logGeneration = 1, logId = LOG_ID) => ({
  applied: { logId, logGeneration, partition, offset, check: 'abcdef' },
});

describe('the waiting room', () => {
  it('asks at once, so that what was committed between the first look and the wait is not missed', async () => {
    const told = new Told();
    told.finished.add('a');
    await expect(room(told).until({ finished: 'a' }, LONG_MS, never)).resolves.toBe('met');
  });

  it('lets a slow database rest between asks, for three times as long as one takes, from its beginning on', async () => {
    const told = new Told();
    const began: number[] = [];
    const readProgress = async (keys: readonly string[]): Promise<ReadModelState> => {
      began.push(performance.now());
      await pause(40);
      return told.readProgress(keys);
    };
    const waiting = room(told, { readProgress });
    void waiting.until({ finished: 'a' }, LONG_MS, never);
    await eventually(() => told.asked.length === 1);
    waiting.wake();
    await eventually(() => began.length === 2);
    const [first = 0, second = 0] = began;
    // Timers count whole milliseconds.
    expect(second - first).toBeGreaterThanOrEqual(3 * 40 - 5);
  });

  it('polls again on a wake-up, once for all waiting requests', async () => {
    const told = new Told();
    const waiting = room(told);
    const all = ['a', 'a', 'b'].map((key) => waiting.until({ finished: key }, LONG_MS, never));
    const applied = waiting.until(receipt(7, 1), LONG_MS, never);
    await eventually(() => told.asked.length === 1);
    told.rawNext = [1, 8];
    waiting.wake();
    await expect(applied).resolves.toBe('met');
    expect(told.asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    told.finished.add('a').add('b');
    waiting.wake();
    await expect(Promise.all(all)).resolves.toEqual(['met', 'met', 'met']);
    expect(waiting.count).toBe(0);
  });

  it('knows what its last ask did not find applied, and nothing before the first one', async () => {
    const told = new Told();
    const waiting = room(told);
    expect(waiting.isKnownMissing(receipt(7).applied)).toBe(false);
    told.rawNext = [8, 8];
    await waiting.until(receipt(7), LONG_MS, never);
    expect([6, 7, 8].map((offset) => waiting.isKnownMissing(receipt(offset).applied))).toEqual([false, false, true]);
    for (const other of [receipt(8, 2), receipt(8, 0, 2), receipt(8, 0, 1, 'another')])
      expect(waiting.isKnownMissing(other.applied)).toBe(false);
  });

  it('knows nothing after a failed poll, nor where no poll is due soon', async () => {
    const told = new Told();
    const waiting = room(told);
    await waiting.until(receipt(0), LONG_MS, never);
    expect(waiting.isKnownMissing(receipt(7).applied)).toBe(true);
    told.fault = new Error('away');
    await waiting.until(receipt(7), 30, never);
    expect(waiting.isKnownMissing(receipt(7).applied)).toBe(false);
    const slow = room(new Told(), { restMs: 51 });
    await slow.until(receipt(0), LONG_MS, never);
    expect(slow.isKnownMissing(receipt(7).applied)).toBe(false);
  });

  it('holds a receipt for applied only when everything up to it is, in its partition', async () => {
    const told = new Told();
    told.rawNext = [8, 7];
    const waiting = room(told);
    await expect(waiting.until(receipt(7, 0), LONG_MS, never)).resolves.toBe('met');
    for (const condition of [receipt(8, 0), receipt(7, 1)]) {
      await expect(waiting.until(condition, 30, never)).resolves.toBe('timeout');
    }
  });

  it('holds a receipt for applied where its own notification is, though one before it was passed over', async () => {
    const told = new Told();
    told.rawNext = [5, 5];
    told.rawTop = [9, 9];
    const waiting = room(told, { pollMs: 5 });
    await expect(waiting.until(receipt(7, 0), 60, never)).resolves.toBe('timeout');
    told.applied.add('0:7').add('1:6');
    await expect(waiting.until(receipt(7, 0), LONG_MS, never)).resolves.toBe('met');
    await expect(waiting.until(receipt(7, 1), 60, never)).resolves.toBe('timeout');
    expect(waiting.isKnownMissing(receipt(7, 1).applied)).toBe(false);
    expect(waiting.isKnownMissing(receipt(9, 1).applied)).toBe(true);
  });

  it('ends waits for what cannot happen: another log, generation or partition', async () => {
    const waiting = room(new Told());
    for (const condition of [receipt(7, 2), receipt(7, 0, 2), receipt(7, 0, 1, 'another')]) {
      await expect(waiting.until(condition, LONG_MS, never)).resolves.toBe('met');
    }
  });

  it('polls once more after a wake-up during a poll', async () => {
    const told = new Told();
    const waiting = room(told, {
      readProgress: async (keys) => {
        const progress = await told.readProgress(keys);
        if (told.asked.length === 1) {
          told.finished.add('a');
          waiting.wake();
        }
        return progress;
      },
    });
    await expect(waiting.until({ finished: 'a' }, LONG_MS, never)).resolves.toBe('met');
    expect(told.asked).toHaveLength(2);
  });

  it('finds by polling what no wake-up announced', async () => {
    const told = new Told();
    const waiting = room(told, { pollMs: 5 });
    const waited = waiting.until({ finished: 'a' }, LONG_MS, never);
    await eventually(() => told.asked.length >= 3);
    told.finished.add('a');
    await expect(waited).resolves.toBe('met');
  });

  it('continues after a failed poll', async () => {
    const told = new Told();
    told.fault = new Error('no database');
    const failures: unknown[] = [];
    const waiting = room(told, { pollMs: 5, onFailure: (error) => failures.push(error) });
    const waited = waiting.until({ finished: 'a' }, LONG_MS, never);
    await eventually(() => failures.length >= 2);
    told.finished.add('a');
    told.fault = null;
    await expect(waited).resolves.toBe('met');
  });

  it('lets go when the time is over, and works again afterwards', async () => {
    const told = new Told();
    const waiting = room(told);
    for (const key of ['a', 'b', 'c']) {
      await expect(waiting.until({ finished: key }, 20, never)).resolves.toBe('timeout');
      waiting.wake();
    }
    told.finished.add('d');
    await expect(waiting.until({ finished: 'd' }, LONG_MS, never)).resolves.toBe('met');
  });

  it('removes a request whose client disconnected', async () => {
    const told = new Told();
    const waiting = room(told);
    const disconnected = new AbortController();
    const waited = waiting.until({ finished: 'a' }, LONG_MS, disconnected.signal);
    expect(waiting.count).toBe(1);
    disconnected.abort();
    await expect(waited).resolves.toBe('disconnected');
    expect(waiting.count).toBe(0);
    await expect(waiting.until({ finished: 'a' }, LONG_MS, disconnected.signal)).resolves.toBe('disconnected');
    expect(told.asked).toEqual([]);
    told.finished.add('b');
    await expect(waiting.until({ finished: 'b' }, LONG_MS, never)).resolves.toBe('met');
  });

  it('takes no more than its limit, and the next one as soon as one has left', async () => {
    const waiting = room(new Told(), { limit: 2 });
    const disconnected = new AbortController();
    const first = waiting.until({ finished: 'a' }, LONG_MS, disconnected.signal);
    void waiting.until({ finished: 'b' }, LONG_MS, never);
    await expect(waiting.until({ finished: 'c' }, LONG_MS, never)).resolves.toBe('too-many-waiting');
    disconnected.abort();
    await first;
    void waiting.until({ finished: 'c' }, LONG_MS, never);
    expect(waiting.count).toBe(2);
  });

  it('does not poll while no request waits', async () => {
    const told = new Told();
    const waiting = room(told, { pollMs: 1 });
    waiting.wake();
    await waiting.until({ finished: 'a' }, 20, never);
    const asked = told.asked.length;
    waiting.wake();
    await waiting.until({ finished: 'b' }, 0, never);
    await eventually(() => waiting.count === 0);
    expect(told.asked).toHaveLength(asked);
  });

  it('ends all waits when it closes, and later ones at once', async () => {
    const waiting = room(new Told());
    const waited = waiting.until({ finished: 'a' }, LONG_MS, never);
    waiting.close();
    await expect(waited).resolves.toBe('timeout');
    await expect(waiting.until({ finished: 'a' }, LONG_MS, never)).resolves.toBe('timeout');
  });
});
