/** The bars of a sparkline: so many hours make one bar that there are no more than `most`; empty hours are 0. */
export function barsOf(
  hours: readonly { readonly start: string; readonly count: number }[],
  all: readonly number[],
  most: number,
): readonly number[] {
  const perBar = Math.ceil(all.length / most);
  const bars = Array.from({ length: Math.ceil(all.length / perBar) }, () => 0);
  const [first = 0] = all;
  for (const { start, count } of hours) {
    const at = Math.floor((Date.parse(start) - first) / 3_600_000 / perBar);
    if (at >= 0 && at < bars.length) bars[at] = (bars[at] ?? 0) + count;
  }
  return bars;
}
