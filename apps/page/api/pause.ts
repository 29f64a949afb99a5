/** Waits so many milliseconds, or until the signal is aborted. */
export function pauseFor(ms: number, stopped?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      stopped?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    stopped?.addEventListener('abort', stop, { once: true });
    if (stopped?.aborted === true) stop();
  });
}
