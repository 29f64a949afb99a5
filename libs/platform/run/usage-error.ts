/** What was asked for on the command line makes no sense; the message says what would. */
export class UsageError extends Error {
  readonly code = 'usage';
  readonly exitCode = 2;

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
