import { SingleBar } from 'cli-progress';
import type { Counts } from './counts';

/** Shows the progress of the run on standard error. */
export interface ProgressBar {
  /** Starts a phase of the run with this number of tasks to send or to check. */
  readonly begin: (what: 'sending' | 'checking', total: number) => void;
  readonly end: () => void;
}

export interface ProgressBarOptions {
  readonly err: NodeJS.WriteStream;
  readonly counts: Counts;
  /** Number of tasks of the phase that are done. */
  readonly done: () => number;
}

const EVERY_MS = 1000;

/** Creates a progress bar for a terminal; for any other output it writes a JSON line every second. */
export function makeProgressBar(options: ProgressBarOptions): ProgressBar {
  return options.err.isTTY ? bar(options) : lines(options);
}

function bar({ err, counts, done }: ProgressBarOptions): ProgressBar {
  const format =
    '{what} {bar} {value}/{total} tasks  {sends} sends  {rate}/s  {repeats} repeated  {eta_formatted} left';
  const shown = new SingleBar({ stream: err, format, hideCursor: true, clearOnComplete: true, noTTYOutput: false });
  let timer: NodeJS.Timeout | undefined;
  let before = 0;
  const update = (): void => {
    const { sends, repeats } = counts;
    shown.update(done(), { sends, repeats, rate: (sends - before) * 4 });
    before = sends;
  };
  return {
    begin: (what, total) => {
      before = counts.sends;
      shown.start(total, 0, { what, sends: counts.sends, repeats: counts.repeats, rate: 0 });
      timer = setInterval(update, EVERY_MS / 4);
    },
    end: () => {
      clearInterval(timer);
      update();
      shown.stop();
    },
  };
}

function lines({ err, counts, done }: ProgressBarOptions): ProgressBar {
  let timer: NodeJS.Timeout | undefined;
  let before = 0;
  return {
    begin: (what, total) => {
      before = counts.sends;
      timer = setInterval(() => {
        const { answers: _answers, ...figures } = counts;
        const line = {
          time: new Date().toISOString(),
          what,
          done: done(),
          total,
          ...figures,
          per_second: counts.sends - before,
        };
        before = counts.sends;
        err.write(`${JSON.stringify(line)}\n`);
      }, EVERY_MS);
    },
    end: () => {
      clearInterval(timer);
    },
  };
}
