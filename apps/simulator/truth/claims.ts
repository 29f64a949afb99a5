/** An end as one notification reports it. */
export interface ReportedEnd {
  readonly failed: boolean;
  /** Null if none is given. */
  readonly code: number | null;
  readonly ext: string | null;
  /** RFC 3339 in whole seconds of UTC, so that texts compare as times; empty if none is given. */
  readonly finish: string;
}

/** The end that wins; its code is undefined if several codes are possible by the rules that can be applied here. */
export interface WinningEnd {
  readonly failed: boolean;
  readonly code: number | null | undefined;
}

/**
 * Finds the end that wins. All have the same trust, so the latest finish time decides, then failed over succeeded. The last
 * criterion is the event id, which is internal to the ledger.
 */
export function winnerOf(claims: readonly ReportedEnd[]): WinningEnd | null {
  if (claims.length === 0) return null;
  const latest = claims.reduce((most, { finish }) => (finish > most ? finish : most), '');
  const last = claims.filter(({ finish }) => finish === latest);
  const failed = last.some((claim) => claim.failed);
  const codes = new Set(last.filter((claim) => claim.failed === failed).map(({ code }) => code));
  const [code] = codes;
  return { failed, code: codes.size === 1 ? code : undefined };
}

/** Whether they contradict each other: they differ in the end, or in codes that they give. */
export function contradicts(claims: readonly ReportedEnd[]): boolean {
  return (
    new Set(claims.map(({ failed }) => failed)).size > 1 ||
    given(claims.map(({ code }) => code)) > 1 ||
    given(claims.map(({ ext }) => ext)) > 1
  );
}

/** The number of different codes. */
export function codesIn(claims: readonly ReportedEnd[]): number {
  return given(claims.map(({ code }) => code));
}

function given(values: readonly (number | string | null)[]): number {
  return new Set(values.filter((value) => value !== null)).size;
}
