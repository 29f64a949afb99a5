import { SingleBar } from 'cli-progress';
import { printable } from '@mps-ledger/platform';
import type { Input } from './input';

/** What a run shows while it works, on standard error. */
export interface RunDisplay {
  /** Shows how far it is, now and then. */
  readonly show: (figures: RunFigures) => void;
  /** Says something that is to stay: a sentence on a terminal, else a JSON line. */
  readonly say: (sentence: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly end: () => void;
}

export interface RunFigures {
  /** Lines, or records, done. */
  readonly done: number;
  /** Bytes done, and of how many; null where nobody knows. */
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly bad?: number;
}

export interface RunDisplayOptions {
  readonly stream: NodeJS.WriteStream;
  /** What it does: `importing`. */
  readonly step: string;
  /** What is counted: `lines`. */
  readonly unit: string;
  readonly now?: () => number;
}

/** Between two lines where there is no terminal, and between two updates of a bar. */
const LINE_MS = 2_000;
const BAR_MS = 100;

/** A bar on a terminal; elsewhere JSON lines. */
export function makeRunDisplay(options: RunDisplayOptions): RunDisplay {
  return options.stream.isTTY ? bar(options) : lines(options);
}

function bar({ stream, step, unit, now = Date.now }: RunDisplayOptions): RunDisplay {
  const known = `${step} {bar} {percentage}% {done} ${unit}, {bad} bad  {eta_formatted} left`;
  const unknown = `${step} {done} ${unit}, {bad} bad`;
  let shown: SingleBar | null = null;
  let last = -Infinity;
  const begin = (total: number | null): SingleBar => {
    const one = new SingleBar({
      stream,
      format: total === null ? unknown : known,
      hideCursor: true,
      clearOnComplete: true,
    });
    one.start(total ?? 1, 0, { done: 0, bad: 0 });
    return one;
  };
  const end = (): void => {
    shown?.stop();
    shown = null;
  };
  return {
    show({ done, bytes, totalBytes, bad = 0 }) {
      if (now() - last < BAR_MS) return;
      last = now();
      shown ??= begin(totalBytes);
      shown.update(totalBytes === null ? 0 : bytes, { done: done.toLocaleString('en'), bad });
    },
    say(sentence) {
      // The bar is drawn again below it.
      end();
      last = -Infinity;
      stream.write(`${printable(sentence)}\n`);
    },
    end,
  };
}

function lines({ stream, step, unit, now = Date.now }: RunDisplayOptions): RunDisplay {
  let last = now();
  const write = (fields: object): void =>
    void stream.write(`${JSON.stringify({ time: new Date(now()).toISOString(), ...fields })}\n`);
  return {
    show({ done, bytes, totalBytes, bad }) {
      if (now() - last < LINE_MS) return;
      last = now();
      write({ step, [unit]: done, ...(bad !== undefined && { bad }), bytes, total_bytes: totalBytes });
    },
    say: (sentence, fields) => write({ message: sentence, ...fields }),
    end: () => undefined,
  };
}

/** Shows how far the reading of an input is. */
export function showLines(display: RunDisplay, input: Input, lines: number, bad: number): void {
  display.show({ done: lines, bad, bytes: input.bytesRead(), totalBytes: input.file?.identity.size ?? null });
}
