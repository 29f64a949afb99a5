/** The system under test broke a promise: a finding about the system, not an error of the runner. */
export class BrokenPromise extends Error {
  readonly code = 'broken-promise';
}

/** The fault cannot be injected on this machine, so there is no result about the system. */
export class NotProvoked extends Error {
  readonly code = 'not-provoked';
}

/** Throws a `BrokenPromise` unless the condition is true. */
export function promised(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new BrokenPromise(what);
}
