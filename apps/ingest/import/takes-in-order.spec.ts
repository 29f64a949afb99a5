import type { InputLine } from '@mps-ledger/exports';
import { LogGaveNoAnswer } from './log-patience';
import { TakesInOrder, type LineOutcome, type TakesInOrderOptions } from './takes-in-order';

const line = (number: number, size = 1): InputLine => ({
  ...{ number, bytes: Buffer.alloc(size), length: size, end: number },
});
const imported: LineOutcome = { outcome: 'imported' };
const unavailable: LineOutcome = { outcome: 'unavailable', reason: 'down' };

function taking(
  outcomeOf: (number: number, attempt: number) => LineOutcome | Promise<LineOutcome>,
  limits: Partial<TakesInOrderOptions> = {},
) {
  const taken: number[] = [];
  const done: number[] = [];
  const failures: unknown[] = [];
  const state = { inFlight: 0, most: 0, waits: 0 };
  const takes = new TakesInOrder({
    async take({ number }) {
      taken.push(number);
      state.inFlight += 1;
      state.most = Math.max(state.most, state.inFlight);
      const outcome = await outcomeOf(number, taken.filter((one) => one === number).length);
      state.inFlight -= 1;
      return outcome;
    },
    onDone: ({ number }) => void done.push(number),
    onWaiting: () => (state.waits += 1),
    onFailure: (error) => void failures.push(error),
    signal: new AbortController().signal,
    ...limits,
  });
  return { takes, taken, done, failures, state };
}

const afterTurns = async (turns: number): Promise<LineOutcome> => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return imported;
};

describe('taking lines', () => {
  it('reports them in their order, whichever is taken first', async () => {
    const { takes, done, state } = taking((number) => afterTurns(10 - number));
    for (let number = 1; number <= 9; number += 1) await takes.add(line(number));
    await takes.end();
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(state.most).toBe(9);
  });

  it('has no more lines or bytes in flight than it may', async () => {
    const few = taking(() => afterTurns(2), { maxLines: 3 });
    for (let number = 1; number <= 20; number += 1) await few.takes.add(line(number));
    await few.takes.end();
    expect(few.state.most).toBe(3);
    const small = taking(() => afterTurns(2), { maxBytes: 25 });
    for (let number = 1; number <= 20; number += 1) await small.takes.add(line(number, number === 7 ? 1_000 : 10));
    await small.takes.end();
    expect(small.done).toHaveLength(20);
    expect(small.state.most).toBe(3);
  });

  it('takes again, in order, what the log did not take and all after it', async () => {
    const { takes, taken, done, state } = taking((number, attempt) =>
      number === 3 && attempt < 3 ? unavailable : imported,
    );
    for (let number = 1; number <= 5; number += 1) await takes.add(line(number));
    await takes.end();
    expect(taken.slice(0, 3)).toEqual([1, 2, 3]);
    expect(taken.slice(-6)).toEqual([3, 4, 5, 3, 4, 5]);
    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(state.waits).toBe(2);
  });

  it('takes no later line before the lines that are to be taken again', async () => {
    let waiting = (): void => undefined;
    const isWaiting = new Promise<void>((resolve) => (waiting = resolve));
    const { takes, taken } = taking((number, attempt) => (number === 1 && attempt === 1 ? unavailable : imported), {
      onWaiting: () => waiting(),
    });
    await takes.add(line(1));
    await isWaiting;
    await takes.add(line(2));
    await takes.end();
    expect(taken).toEqual([1, 1, 2]);
  });

  it('ends where the log takes nothing for too long, and says so at once', async () => {
    const { takes, done, failures } = taking((number) => (number === 2 ? unavailable : imported), { giveUpMs: 0 });
    await takes.add(line(1));
    await takes.add(line(2));
    await expect(takes.end()).rejects.toThrow(LogGaveNoAnswer);
    expect(done).toEqual([1]);
    expect(failures).toHaveLength(1);
    await expect(takes.end()).rejects.toThrow('down');
  });

  it('waits no longer for the log once it is stopped', async () => {
    const stopping = new AbortController();
    const { takes, done } = taking(() => unavailable, {
      onWaiting: () => stopping.abort(new Error('stopped')),
      signal: stopping.signal,
    });
    await takes.add(line(1));
    await expect(takes.end()).rejects.toThrow('stopped');
    expect(done).toEqual([]);
  });
});
