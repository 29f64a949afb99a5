import { LogUnavailable } from '../../port/errors';

/** Waits for something, but rejects with `LogUnavailable` as soon as the signal is aborted, whatever becomes of it. */
export async function unlessAborted<Value>(signal: AbortSignal, waitedFor: Promise<Value>): Promise<Value> {
  const late = (): LogUnavailable => new LogUnavailable('the wait for the brokers was aborted');
  waitedFor.catch(() => undefined);
  if (signal.aborted) throw late();
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(late());
    signal.addEventListener('abort', leave);
  });
  try {
    return await Promise.race([waitedFor, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
