import { oneOf } from '../routing/address';
import { useAddress } from '../routing/router';
import { useNow } from './clock';
import { agoWords, clockWords, TIME_MODES, timeWords, type TimeMode } from './words';

/** How times are shown, by the address. */
export function useTimeMode(): TimeMode {
  const given = oneOf(useAddress(), 'time');
  return TIME_MODES.find((mode) => mode === given) ?? 'relative';
}

/** A time, as the address says that times are shown; the exact one on hover. */
export function Time({ at }: { readonly at: string }) {
  const mode = useTimeMode();
  const now = useNow(5000);
  const exact = `${timeWords(at, 'local')} (local)\n${at}`;
  return (
    <time dateTime={at} title={exact}>
      {mode === 'relative' ? agoWords(at, now) : timeWords(at, mode)}
    </time>
  );
}

/** The time of day, to the millisecond, for times that are close together. */
export function ClockTime({ at }: { readonly at: string }) {
  const mode = useTimeMode();
  return (
    <time dateTime={at} title={`${timeWords(at, 'local')} (local)\n${at}`}>
      {clockWords(at, mode === 'utc' ? 'utc' : 'local')}
    </time>
  );
}
