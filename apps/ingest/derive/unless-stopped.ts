/** Waits for work, but rejects as soon as the signal is aborted, whatever becomes of the work: nobody waits for it any more. */
export async function unlessStopped<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  let leave = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    leave = () => reject(new Error('it was stopped'));
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
