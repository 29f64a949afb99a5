import type { FailureGroup } from '../api/answers';
import { barsOf } from './bars';

/** An hour each, for a week. */
const MOST_BARS = 168;
const HEIGHT = 24;
const WIDTH = 4;

/** How often by time, as bars; the words say it, too. */
export function Sparkline({
  group: { hours: counts, count },
  hours,
}: {
  readonly group: FailureGroup;
  readonly hours: readonly number[];
}) {
  const bars = barsOf(counts, hours, MOST_BARS);
  const perBar = Math.ceil(hours.length / MOST_BARS);
  const highest = Math.max(1, ...bars);
  const label = `${count} failures, at most ${highest} in ${perBar === 1 ? 'an hour' : `${perBar} hours`}`;
  const width = bars.length * WIDTH;
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <path class="bar-empty" d={`M0 ${HEIGHT - 1}h${width}v1h${-width}z`} />
      <path class="bar" d={bars.map((bar, at) => barPath(at, bar / highest)).join('')} />
    </svg>
  );
}

/** A bar as part of a path; none where nothing failed. */
function barPath(at: number, part: number): string {
  if (part === 0) return '';
  const height = Math.max(4, Math.round(part * HEIGHT));
  return `M${at * WIDTH} ${HEIGHT - height}h${WIDTH - 1}v${height}h${1 - WIDTH}z`;
}
