/** Runs a check after a time, and again after the pause in ms that each check returns, until closed. */
export class CheckSchedule {
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** @param check never rejects */
  constructor(private readonly check: () => Promise<number>) {}

  /** Replaces the next check by one after this time, in ms. */
  next(afterMs: number): void {
    clearTimeout(this.timer);
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.run(), afterMs).unref();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.next(await this.check());
  }
}
