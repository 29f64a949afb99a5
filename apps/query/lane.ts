/** Which kind of work finds no turn. */
export type BusyCode = 'lists-busy' | 'folds-busy' | 'feeds-busy';

export interface LaneOptions {
  /** Work in flight at most. */
  readonly atOnce: number;
  /** Work that may wait for its turn at most. */
  readonly waiting: number;
  /** Milliseconds that work waits at most. */
  readonly waitMs: number;
  /** The code of the problem where no turn comes. Default `lists-busy`. */
  readonly busy?: BusyCode;
}

/** The work was not begun: too much waits already, or its turn did not come in time. */
export class LaneFull extends Error {
  readonly code = 'lane-full';

  constructor(
    message: string,
    readonly busy: BusyCode,
  ) {
    super(message);
  }
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

  /** Work in flight, and work that waits. */
  get load(): { readonly atWork: number; readonly waiting: number } {
    return { atWork: this.atWork, waiting: this.line.length };
  }

  /** Does the work when its turn comes, and settles as it does; rejects with `LaneFull` where no turn comes. */
  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Waits for a turn, and gives what ends it; rejects with `LaneFull` where no turn comes. */
  async begin(): Promise<() => void> {
    await this.turn();
    let isOver = false;
    return () => {
      if (!isOver) this.end();
      isOver = true;
    };
  }

  private async turn(): Promise<void> {
    const { atOnce, waiting, waitMs, busy = 'lists-busy' } = this.options;
    if (this.atWork < atOnce) {
      this.atWork += 1;
      return;
    }
    if (this.line.length >= waiting) throw new LaneFull(`${waiting} wait already`, busy);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.line.splice(this.line.indexOf(waiter), 1);
        reject(new LaneFull(`no turn within ${waitMs} ms`, busy));
      }, waitMs);
      const waiter: Waiter = { begin: resolve, timer };
      this.line.push(waiter);
    });
  }

  /** Gives the turn to the work that has waited longest. */
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
