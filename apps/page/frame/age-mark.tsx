import { useShared } from '../api/store';
import { liveState } from '../live/follow';
import { STALE_MS, useAge } from './age';
import { ageWords } from './age-words';

/** How old the data is, always in sight; and whether changes are shown as they come. */
export function AgeMark() {
  const age = useAge();
  const live = useShared(liveState);
  const level = age === null ? 'unknown' : age > STALE_MS ? 'stale' : 'fresh';
  const words = age === null ? 'age not known' : ageWords(age);
  return (
    <span class={`age age-${level}`} title={titleOf(age, live)}>
      <span class="age-dot" aria-hidden="true" />
      <span>{words}</span>
      {live.status === 'live' && level === 'fresh' && <span class="age-live">live</span>}
    </span>
  );
}

function titleOf(age: number | null, live: ReturnType<typeof liveState.get>): string {
  const old = age === null ? 'How old the data is, is not known yet.' : `The data is ${(age / 1000).toFixed(1)} s old.`;
  const heard = {
    live: 'Changes are shown as they come.',
    connecting: 'Connecting, to show changes as they come.',
    off: 'Changes are shown when the page is read again.',
    refused: `Changes are not shown as they come: ${live.status === 'refused' ? live.why : ''}`,
  }[live.status];
  return `${old} ${heard}`;
}
