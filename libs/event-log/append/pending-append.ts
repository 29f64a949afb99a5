import type { Appended, NewRecord } from '../port/port';

/** An append that waits to be sent, or for its outcome. The first outcome that is reported counts. */
export class PendingAppend {
  /** Whether it is sent alone, as it was too large together with others. */
  isAlone = false;
  isSettled = false;

  constructor(
    readonly records: readonly NewRecord[],
    readonly bytes: number,
    /** By the clock of `performance.now()`: after it, it is not sent any more. */
    readonly deadline: number,
    private readonly resolve: (appended: Appended) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  succeed(appended: Appended): void {
    if (!this.isSettled) this.resolve(appended);
    this.isSettled = true;
  }

  fail(error: unknown): void {
    if (!this.isSettled) this.reject(error);
    this.isSettled = true;
  }
}
