import { useEffect, useRef, useState } from 'preact/hooks';

interface Ticker {
  readonly listeners: Set<() => void>;
  readonly timer: ReturnType<typeof setInterval>;
}

/** Timers by their interval: thousands of times on a page share one. */
const tickers = new Map<number, Ticker>();

function onTick(everyMs: number, listener: () => void): () => void {
  const ticker = tickers.get(everyMs) ?? startTicker(everyMs);
  ticker.listeners.add(listener);
  return () => {
    ticker.listeners.delete(listener);
    if (ticker.listeners.size > 0) return;
    clearInterval(ticker.timer);
    tickers.delete(everyMs);
  };
}

function startTicker(everyMs: number): Ticker {
  const listeners = new Set<() => void>();
  const tick = (): void => {
    if (!document.hidden) for (const listener of [...listeners]) listener();
  };
  const ticker = { listeners, timer: setInterval(tick, everyMs) };
  tickers.set(everyMs, ticker);
  return ticker;
}

/** The time, renewed every so many milliseconds while the page is seen. */
export function useNow(everyMs: number, clock: () => number = Date.now): number {
  const [now, setNow] = useState(clock);
  useEffect(() => onTick(everyMs, () => setNow(clock())), [everyMs, clock]);
  return now;
}

/** A value that changes often, as it was at most so many milliseconds ago. */
export function useThrottled<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const newest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  newest.current = value;
  useEffect(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setShown(() => newest.current);
    }, everyMs);
  }, [value, everyMs]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return shown;
}
