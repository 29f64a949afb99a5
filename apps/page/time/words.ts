/** How times are shown: how long ago, or as a time of day of this machine or of UTC. */
export const TIME_MODES = ['relative', 'local', 'utc'] as const;
export type TimeMode = (typeof TIME_MODES)[number];

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A length of time in its largest unit: `450 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const [unit, size] = UNITS.find(([, least]) => ms >= least) ?? UNITS[3];
  return `${Math.floor(ms / size)} ${unit}`;
}

/** After so long a day says more than a number of days. */
const RELATIVE_UP_TO_MS = 7 * 86_400_000;

/** How long before now: `just now`, `3 min ago`; of what is more than a week ago, the day. */
export function agoWords(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  if (Number.isNaN(ms)) return instant;
  if (ms > RELATIVE_UP_TO_MS) return timeWords(instant, 'local').slice(0, 10);
  // Clocks differ a little: what was just received may seem to come.
  return ms < 5000 ? 'just now' : `${durationWords(ms)} ago`;
}

/** The time of day to the millisecond, of a list whose times are close together: `17:36:42.412`, in UTC with a Z. */
export function clockWords(instant: string, mode: Exclude<TimeMode, 'relative'>): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const milliseconds = String(date.getUTCMilliseconds()).padStart(3, '0');
  return timeWords(instant, mode).slice(11).replace(/Z?$/, `.${milliseconds}$&`);
}

/** A time as `2026-11-30 17:36:42`, in UTC with a Z. */
export function timeWords(instant: string, mode: Exclude<TimeMode, 'relative'>): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  if (mode === 'utc') return `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
