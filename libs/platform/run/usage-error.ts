/** The arguments of the command line are wrong; the message says which would be right. */
export class UsageError extends Error {
  readonly code = 'usage';
  readonly exitCode = 2;

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
