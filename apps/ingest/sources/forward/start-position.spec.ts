import type { LogRecord, ReadOptions } from '@mps-ledger/event-log';
import { makeStartPositions } from './start-position';

/** One partition, which has the records from `low` to `end`. */
class OnePartition {
  low = 0;
  end = 0;
  done: number | null = null;
  fails = 0;
  private readonly answer = <Value>(value: Value): Promise<Value> =>
    this.fails > 0 ? Promise.reject(new Error(`away ${(this.fails -= 1)}`)) : Promise.resolve(value);
  readonly progress = () => this.answer([this.done]);
  readonly endPositions = () => this.answer([this.end]);
  async *read({ from, to }: ReadOptions): AsyncGenerator<readonly LogRecord[]> {
    const offset = Math.max(from, this.low);
    const record = { topic: 't', partition: 0, offset, logged: '', key: null, value: null, headers: {} };
    if (offset < to) yield await Promise.resolve([record]);
  }
}

function begun(more: Partial<OnePartition>) {
  const log = Object.assign(new OnePartition(), more);
  return { log, starts: makeStartPositions(log, 'g') };
}

describe('where forwarding begins', () => {
  it('is after what its group has done', async () => {
    const { starts } = begun({ end: 9_000, done: 42 });
    expect([await starts.at(0), starts.takeFirst(0)]).toEqual([42, false]);
  });

  it('is a thousand records before the end, without progress, and that is to be committed once', async () => {
    const { starts } = begun({ end: 9_000 });
    expect([await starts.at(0), starts.takeFirst(0), starts.takeFirst(0)]).toEqual([8_000, true, false]);
    expect(await begun({ end: 7 }).starts.at(0)).toBe(0);
  });

  it('is seen from the end that the log had at first, however long it takes to join the group', async () => {
    const { log, starts } = begun({ end: 2_000 });
    log.end = 50_000;
    expect(await starts.at(0)).toBe(1_000);
    const away = begun({ end: 2_000, fails: 2 });
    await expect(away.starts.at(0)).rejects.toThrow('away');
    expect(await away.starts.at(0)).toBe(1_000);
  });

  it('is where records exist: those before were erased, or the log ends earlier than it did', async () => {
    expect(await begun({ end: 9_000, done: 42, low: 100 }).starts.at(0)).toBe(100);
    expect(await begun({ end: 30, done: 42 }).starts.at(0)).toBe(30);
  });
});
