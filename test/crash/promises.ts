/** The system under test does not do what it promises: a finding about it, not about the runner. */
export class BrokenPromise extends Error {
  readonly code = 'broken-promise';
}

/** The machine does not let this fault be provoked: nothing is said about the system. */
export class NotProvoked extends Error {
  readonly code = 'not-provoked';
}

/** Throws a `BrokenPromise` unless it is so. */
export function promised(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new BrokenPromise(what);
}
