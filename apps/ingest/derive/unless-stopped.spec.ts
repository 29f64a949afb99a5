import { unlessStopped } from './unless-stopped';

describe('work that is waited for unless it is stopped', () => {
  it('is what it resolves or rejects with', async () => {
    const { signal } = new AbortController();
    expect(await unlessStopped(signal, Promise.resolve(3))).toBe(3);
    await expect(unlessStopped(signal, Promise.reject(new Error('odd')))).rejects.toThrow('odd');
  });

  it('is left alone once it is stopped, before or while it is waited for', async () => {
    const stopping = new AbortController();
    const waiting = unlessStopped(stopping.signal, new Promise(() => undefined));
    stopping.abort();
    await expect(waiting).rejects.toThrow('it was stopped');
    await expect(unlessStopped(stopping.signal, Promise.reject(new Error('late')))).rejects.toThrow('aborted');
  });
});
