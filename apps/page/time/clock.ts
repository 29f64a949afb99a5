import { useEffect, useRef, useState } from 'preact/hooks';

/** The time, renewed every so many milliseconds while the page is seen. */
export function useNow(everyMs: number, clock: () => number = Date.now): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(clock());
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, clock]);
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
