const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `3.5 h`. */
export function inTime(ms: number): string {
  const [name, size] = UNITS.find(([, least]) => ms >= least) ?? ['s', 1_000];
  return `${(ms / size).toFixed(1)} ${name}`;
}
