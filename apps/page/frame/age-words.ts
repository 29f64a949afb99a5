/** Data of this age or less is up to date, ms. */
export const UP_TO_DATE_MS = 15_000;

/** An age in words, rounded so coarsely that the text does not flicker. */
export function ageWords(ms: number): string {
  if (ms <= UP_TO_DATE_MS) return 'up to date';
  const seconds = Math.floor(ms / 1000);
  if (seconds < 120) return `${seconds} s old`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min old` : `${Math.floor(minutes / 60)} h old`;
}
