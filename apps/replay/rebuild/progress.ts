import { SingleBar } from 'cli-progress';

/** How far a rebuild is. */
export interface RebuildFigures {
  /** What is done now: `loading`, `index task_by_account`. */
  readonly step: string;
  /** Records of both topics that are applied, and that there are. */
  readonly done: number;
  readonly total: number;
  /** In the last seconds. */
  readonly perSecond: number;
  /** Null where nobody knows it. */
  readonly secondsLeft: number | null;
  /** Records that are on the log now and not applied. */
  readonly lag: number;
}

/** Over how many milliseconds the rate is taken. */
const WINDOW_MS = 10_000;

/** Counts what is applied, and how fast. */
export class RebuildProgress {
  step = 'starting';
  /** Position by topic and partition. */
  private readonly positions = new Map<string, number>();
  private readonly samples: { readonly at: number; readonly done: number }[] = [];
  private total = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Where a partition is. */
  at(topic: string, partition: number, position: number): void {
    this.positions.set(`${topic}/${partition}`, position);
  }

  /** How far the log reaches: all of its partitions. */
  reaches(ends: ReadonlyMap<string, readonly number[]>): void {
    this.total = [...ends.values()].flat().reduce((sum, end) => sum + end, 0);
  }

  figures(): RebuildFigures {
    const done = [...this.positions.values()].reduce((sum, position) => sum + position, 0);
    const now = this.now();
    this.samples.push({ at: now, done });
    while ((this.samples[1]?.at ?? now) < now - WINDOW_MS) this.samples.shift();
    const [first] = this.samples;
    const seconds = first === undefined ? 0 : (now - first.at) / 1_000;
    const perSecond = seconds > 0 ? Math.round((done - (first?.done ?? 0)) / seconds) : 0;
    const lag = Math.max(0, this.total - done);
    const secondsLeft = perSecond > 0 ? Math.round(lag / perSecond) : null;
    return { step: this.step, done, total: this.total, perSecond, secondsLeft, lag };
  }
}

/** Shows figures until it ends. */
export interface RebuildDisplay {
  show(figures: RebuildFigures): void;
  end(): void;
}

/** A bar on a terminal; elsewhere, or where JSON is asked for, JSON lines. */
export function makeRebuildDisplay(stream: NodeJS.WriteStream, json: boolean): RebuildDisplay {
  return stream.isTTY && !json ? bar(stream) : lines(stream);
}

const FORMAT = '{step} {bar} {percentage}% {value}/{total}  {rate}/s  {left} left  lag {lag}';

function bar(stream: NodeJS.WriteStream): RebuildDisplay {
  const shown = new SingleBar({ stream, format: FORMAT, hideCursor: true, clearOnComplete: true });
  let isBegun = false;
  return {
    show({ step, done, total, perSecond, secondsLeft, lag }) {
      const payload = {
        step,
        rate: perSecond.toLocaleString('en'),
        left: inWords(secondsLeft),
        lag: lag.toLocaleString('en'),
      };
      if (isBegun) shown.setTotal(total);
      else shown.start(total, done, payload);
      isBegun = true;
      shown.update(done, payload);
    },
    end: () => shown.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): RebuildDisplay {
  return {
    show({ step, done, total, perSecond, secondsLeft, lag }) {
      const fields = { step, done, total, per_second: perSecond, seconds_left: secondsLeft, lag };
      stream.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
    },
    end: () => undefined,
  };
}

function inWords(seconds: number | null): string {
  if (seconds === null) return 'unknown';
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
