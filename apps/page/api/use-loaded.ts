import { useEffect, useState } from 'preact/hooks';
import { pauseFor } from './pause';
import { failureOf, type ReadFailure } from './problem';
import { untilSeen } from './seen';

/** What is read once: null while it is, and where it could not be, which `failure` says. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly failure: ReadFailure | null;
}

/**
 * Reads something, and again every so often while the page is seen, when it is seen again, and when one of these values changes; what was
 * read stays in sight until the next is there, also where that fails. What takes long is read less often.
 */
export function usePolled<T>(
  load: (signal: AbortSignal) => Promise<T>,
  everyMs: number,
  values: readonly unknown[],
): Loaded<T> & { readonly renew: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, failure: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const keep = (next: (before: Loaded<T>) => Loaded<T>): void => {
      if (!stop.signal.aborted) setLoaded(next);
    };
    void pollUntil(stop.signal, everyMs, () =>
      load(stop.signal).then(
        (value) => keep(() => ({ value, failure: null })),
        (error: unknown) => keep(({ value }) => ({ value, failure: failureOf(error) })),
      ),
    );
    return () => stop.abort();
  }, [...values, round]);
  return { ...loaded, renew: () => setRound((before) => before + 1) };
}

/** So many times as long as the last reading took passes before the next one. */
const REST_OF_READING = 10;

async function pollUntil(stopped: AbortSignal, everyMs: number, readOnce: () => Promise<void>): Promise<void> {
  for (let isStopped = false; !isStopped; isStopped = stopped.aborted) {
    const began = performance.now();
    await readOnce();
    await pauseFor(Math.max(everyMs, REST_OF_READING * (performance.now() - began)), stopped);
    if (document.hidden) await untilSeen(stopped);
  }
}

/** Reads something when the component is shown and when one of these values changes; what was read before goes first. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, values: readonly unknown[]): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, failure: null });
  useEffect(() => {
    const stop = new AbortController();
    setLoaded({ value: null, failure: null });
    load(stop.signal).then(
      (value) => {
        if (!stop.signal.aborted) setLoaded({ value, failure: null });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setLoaded({ value: null, failure: failureOf(error) });
      },
    );
    return () => stop.abort();
  }, [...values]);
  return loaded;
}
