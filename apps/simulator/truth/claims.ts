/** What one notification says of an end. */
export interface Claim {
  readonly failed: boolean;
  /** null where none is given. */
  readonly code: number | null;
  readonly ext: string | null;
  /** RFC 3339 in whole seconds of UTC, so that text compares as time; empty where none is given. */
  readonly finish: string;
}

/** The claim that counts; its code is undefined where the rules that are decidable here leave several. */
export interface Winner {
  readonly failed: boolean;
  readonly code: number | null | undefined;
}

/**
 * The claim that is the answer: all were heard with the same trust, so the latest finish time, then failed over succeeded.
 * What is left then is decided by the event's id, which nobody outside the ledger knows.
 */
export function winnerOf(claims: readonly Claim[]): Winner | null {
  if (claims.length === 0) return null;
  const latest = claims.reduce((most, { finish }) => (finish > most ? finish : most), '');
  const last = claims.filter(({ finish }) => finish === latest);
  const failed = last.some((claim) => claim.failed);
  const codes = new Set(last.filter((claim) => claim.failed === failed).map(({ code }) => code));
  const [code] = codes;
  return { failed, code: codes.size === 1 ? code : undefined };
}

/** Whether they cannot all be true of one thing: they differ in the end, or in a code where both give one. */
export function contradicts(claims: readonly Claim[]): boolean {
  return (
    new Set(claims.map(({ failed }) => failed)).size > 1 ||
    given(claims.map(({ code }) => code)) > 1 ||
    given(claims.map(({ ext }) => ext)) > 1
  );
}

/** How many different codes are given. */
export function codesIn(claims: readonly Claim[]): number {
  return given(claims.map(({ code }) => code));
}

function given(values: readonly (number | string | null)[]): number {
  return new Set(values.filter((value) => value !== null)).size;
}
