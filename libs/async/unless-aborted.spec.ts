import { unlessAborted } from './unless-aborted';

describe('work that is awaited unless the signal is aborted', () => {
  it('is what it resolves or rejects with', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(signal, Promise.resolve(3))).toBe(3);
    await expect(unlessAborted(signal, Promise.reject(new Error('odd')))).rejects.toThrow('odd');
  });

  it('is ignored once the signal is aborted, before or during the wait', async () => {
    const stopping = new AbortController();
    const waiting = unlessAborted(stopping.signal, new Promise(() => undefined));
    stopping.abort();
    await expect(waiting).rejects.toBe(stopping.signal.reason);
    await expect(unlessAborted(stopping.signal, Promise.reject(new Error('late')))).rejects.toThrow('aborted');
  });
});
