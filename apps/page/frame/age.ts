import { useEffect } from 'preact/hooks';
import { read } from '../api/client';
import { ageAt, dataAge } from '../api/freshness';
import { useShared } from '../api/store';
import { liveState } from '../live/follow';
import { useNow } from '../time/clock';

/** Beyond this age a banner says so, ms. */
export const STALE_MS = 30_000;

const ASK_EVERY_MS = 5000;

const monotonic = (): number => performance.now();

/** The age of what is shown, ms, as it grows; null where it is not known. */
export function useAge(): number | null {
  const age = useShared(dataAge);
  return ageAt(age, Math.max(useNow(1000, monotonic), age?.answered ?? 0));
}

/**
 * Asks for the age of the rows where nothing else was asked for lately, while the page is seen and the stream brings what changes. Without
 * the stream what is shown is as old as it was read, which only reading it again changes.
 */
export function useAgeProbe(): void {
  useEffect(() => {
    const timer = setInterval(() => {
      const { answered = -Infinity } = dataAge.get() ?? {};
      if (document.hidden || liveState.get().status !== 'live') return;
      if (performance.now() - answered < ASK_EVERY_MS - 500) return;
      void read('listTasks', { query: { limit: 1, fields: ['task_id'] } }).catch(() => undefined);
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
