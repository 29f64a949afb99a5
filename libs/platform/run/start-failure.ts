/** A program cannot start, for a reason that its user can correct. Printed as plain text, without a stack; exit code 1. */
export class StartFailure extends Error {
  readonly exitCode = 1;

  constructor(
    /** Stable, kebab-case: `port-taken`. */
    readonly code: string,
    /** What is wrong, and what to do, for people. */
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = 'StartFailure';
  }
}
