import { Presets, SingleBar } from 'cli-progress';

/** How far a verification is. */
export interface ProgressDisplay {
  /** What is done now, and of how many things. */
  begin(step: string, total: number): void;
  advance(): void;
  end(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly now?: () => number;
}

/** Between two lines where there is no terminal, in ms. */
const LINE_MS = 2_000;

/** A bar on a terminal; elsewhere JSON lines, now and then, and one for each step. */
export function makeProgressDisplay({ stream, now = Date.now }: ProgressOptions): ProgressDisplay {
  return stream.isTTY ? bars(stream) : lines(stream, now);
}

function bars(stream: NodeJS.WriteStream): ProgressDisplay {
  let bar: SingleBar | undefined;
  return {
    begin(step, total) {
      bar?.stop();
      const format = `${step.padEnd(12)} {bar} {percentage}% {value}/{total} {eta_formatted}`;
      bar = new SingleBar({ format, stream, clearOnComplete: true, etaBuffer: 1_000 }, Presets.shades_classic);
      bar.start(total, 0);
    },
    advance: () => bar?.increment(),
    end() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function lines(stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  const state = { step: '', done: 0, total: 0, reported: 0 };
  const report = (): void => {
    const { step, done, total } = state;
    state.reported = now();
    stream.write(`${JSON.stringify({ step, done, total })}\n`);
  };
  return {
    begin(step, total) {
      Object.assign(state, { step, total, done: 0 });
      report();
    },
    advance() {
      state.done += 1;
      // The clock is not asked for each of millions.
      if (state.done % 256 === 0 && now() - state.reported >= LINE_MS) report();
    },
    end: () => undefined,
  };
}

export const noProgress: ProgressDisplay = { begin: () => undefined, advance: () => undefined, end: () => undefined };
