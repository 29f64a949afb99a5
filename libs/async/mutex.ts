/** Runs work one at a time per key, in the order of the calls, whatever the outcome of earlier work. */
export class Mutex<Key> {
  private readonly last = new Map<Key, Promise<unknown>>();

  async run<Value>(key: Key, work: () => Promise<Value>): Promise<Value> {
    const before = this.last.get(key);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    this.last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key);
    }
  }
}
