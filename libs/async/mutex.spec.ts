import { Mutex } from './mutex';

describe('a mutex', () => {
  it('runs work of one key one at a time, in the order of the calls, and continues after a failure', async () => {
    const mutex = new Mutex<string>();
    const events: string[] = [];
    const steps: (() => void)[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise<void>((resolve) => steps.push(resolve));
      if (name === 'a') throw new Error(name);
      return name;
    };
    const failed = expect(mutex.run('key', work('a'))).rejects.toThrow('a');
    const second = mutex.run('key', work('b'));
    const other = mutex.run('other', work('c'));
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    expect(events).toEqual(['a begins', 'c begins']);
    steps[0]!();
    await failed;
    await settled();
    expect(events).toEqual(['a begins', 'c begins', 'b begins']);
    for (const step of steps) step();
    expect([await second, await other]).toEqual(['b', 'c']);
  });
});
