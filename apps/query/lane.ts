export interface LaneOptions {
  /** How many may be at work at once. */
  readonly atOnce: number;
  /** How many more may wait for their turn. */
  readonly waiting: number;
  /** Milliseconds that one waits at most. */
  readonly waitMs: number;
}

/** There was no turn: too many wait already, or it did not come in time. Nothing was done. */
export class LaneFull extends Error {
  readonly code = 'lane-full';
}

interface Waiter {
  readonly begin: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Bounds how much of one kind of work is in flight, first come, first served, so that other work finds connections and
 * processors free.
 */
export class Lane {
  private atWork = 0;
  private readonly line: Waiter[] = [];

  constructor(private readonly options: LaneOptions) {}

  /** How many are at work, and how many wait. */
  get load(): { readonly atWork: number; readonly waiting: number } {
    return { atWork: this.atWork, waiting: this.line.length };
  }

  /** Does the work when its turn comes, and resolves or rejects as it does; rejects with `LaneFull` where no turn comes. */
  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  private async turn(): Promise<void> {
    const { atOnce, waiting, waitMs } = this.options;
    if (this.atWork < atOnce) {
      this.atWork += 1;
      return;
    }
    if (this.line.length >= waiting) throw new LaneFull(`${waiting} wait already`);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.line.splice(this.line.indexOf(waiter), 1);
        reject(new LaneFull(`no turn within ${waitMs} ms`));
      }, waitMs);
      const waiter: Waiter = { begin: resolve, timer };
      this.line.push(waiter);
    });
  }

  /** Gives the turn to the one who has waited longest. */
  private end(): void {
    const next = this.line.shift();
    if (next === undefined) {
      this.atWork -= 1;
      return;
    }
    clearTimeout(next.timer);
    next.begin();
  }
}
