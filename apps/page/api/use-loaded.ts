import { useEffect, useState } from 'preact/hooks';

/** What is read once: null while it is, and where it could not be, which `failure` says. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly failure: string | null;
}

/**
 * Reads something, and again every so often while the page is seen and when one of these values changes; what was read stays in sight
 * until the next is there, also where that fails.
 */
export function usePolled<T>(
  load: (signal: AbortSignal) => Promise<T>,
  everyMs: number,
  values: readonly unknown[],
): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, failure: null });
  useEffect(() => {
    const stop = new AbortController();
    const renew = (): void => {
      if (document.hidden) return;
      load(stop.signal).then(
        (value) => setLoaded({ value, failure: null }),
        (error: unknown) => {
          if (!stop.signal.aborted) setLoaded(({ value }) => ({ value, failure: (error as Error).message }));
        },
      );
    };
    renew();
    const timer = setInterval(renew, everyMs);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [...values]);
  return loaded;
}

/** Reads something when the component is shown and when one of these values changes; what was read before goes first. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, values: readonly unknown[]): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, failure: null });
  useEffect(() => {
    const stop = new AbortController();
    setLoaded({ value: null, failure: null });
    load(stop.signal).then(
      (value) => setLoaded({ value, failure: null }),
      (error: unknown) => {
        if (!stop.signal.aborted) setLoaded({ value: null, failure: (error as Error).message });
      },
    );
    return () => stop.abort();
  }, [...values]);
  return loaded;
}
