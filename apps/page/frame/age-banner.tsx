import { silentSince } from '../api/freshness';
import { useShared } from '../api/store';
import { useNow } from '../time/clock';
import { durationWords } from '../time/words';
import { STALE_MS, useAge } from './age';
import { ageWords } from './age-words';

const monotonic = (): number => performance.now();

/** Says what is wrong where the data is not of now, and what that means; nothing where it is. */
export function AgeBanner() {
  const age = useAge();
  const silent = useShared(silentSince);
  const now = useNow(1000, monotonic);
  if (silent !== null)
    return (
      <p class="banner" role="status">
        <strong>The server does not answer.</strong> What is shown is as it was{' '}
        {durationWords(Math.max(1000, now - silent))} ago. The page tries again by itself; if it stays so, look whether
        the query app runs.
      </p>
    );
  if (age === null || age <= STALE_MS) return null;
  return (
    <p class="banner" role="status">
      <strong>This is not the newest state: it is {ageWords(age)}.</strong> The projector is stopped or behind. What is
      received meanwhile is safe on the log and shown once it has caught up; <code>/readyz?verbose</code> and{' '}
      <code>npm run doctor</code> say what it waits for.
    </p>
  );
}
