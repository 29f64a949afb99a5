import type { ComponentChildren } from 'preact';
import { dataAge, silentSince } from '../api/freshness';
import { useShared } from '../api/store';
import { useNow } from '../time/clock';
import { durationWords } from '../time/words';
import { STALE_MS, useAge } from './age';
import { ageWords } from './age-words';

const monotonic = (): number => performance.now();

/** Says what is wrong where the data is not of now, and what that means; nothing where it is. Over the lower edge, so that it moves nothing. */
export function AgeBanner() {
  return (
    <div role="status" aria-label="Age of the data">
      <BannerText />
    </div>
  );
}

function BannerText() {
  const age = useAge();
  const silent = useShared(silentSince);
  const lag = useShared(dataAge)?.lagMs ?? 0;
  const now = useNow(1000, monotonic);
  if (silent !== null)
    return (
      <Banner title="The server does not answer.">
        What is shown is as it was {durationWords(Math.max(1000, now - silent))} ago. The page tries again by itself; if
        it stays so, look whether the query app runs.
      </Banner>
    );
  if (age === null || age <= STALE_MS) return null;
  if (lag <= STALE_MS)
    return (
      <Banner title={`What is shown is ${ageWords(age)}.`}>The page reads it again as soon as it is answered.</Banner>
    );
  return (
    <Banner title={`This is not the newest state: it is ${ageWords(age)}.`}>
      The projector is stopped or behind. What is received meanwhile is safe on the log and shown once it has caught up;{' '}
      <code>/readyz?verbose</code> and <code>npm run doctor</code> say what it waits for.
    </Banner>
  );
}

function Banner({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <p class="banner">
      <strong>{title}</strong> {children}
    </p>
  );
}
