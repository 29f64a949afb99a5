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
  /** How much of the whole is done, as `measure` says; the whole is null where nobody knows it. */
  readonly part: number;
  readonly whole: number | null;
  readonly bad?: number | undefined;
}

export interface RunDisplayOptions {
  readonly stream: NodeJS.WriteStream;
  /** What it does: `importing`. */
  readonly step: string;
  /** What is counted: `lines`. */
  readonly unit: string;
  /** What the whole is measured in: `bytes`. */
  readonly measure: string;
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
  const known = `${step} {bar} {percentage}% {done}  {eta_formatted} left`;
  const unknown = `${step} {done}`;
  let shown: SingleBar | null = null;
  let last = -Infinity;
  const figuresOf = (done: number, bad: number | undefined) => ({
    done: `${done.toLocaleString('en')} ${unit}${bad === undefined ? '' : `, ${bad.toLocaleString('en')} bad`}`,
  });
  const begin = (total: number | null): SingleBar => {
    const one = new SingleBar({
      stream,
      format: total === null ? unknown : known,
      hideCursor: true,
      clearOnComplete: true,
    });
    one.start(total ?? 1, 0, figuresOf(0, undefined));
    return one;
  };
  const end = (): void => {
    shown?.stop();
    shown = null;
  };
  return {
    show({ done, part, whole, bad }) {
      if (now() - last < BAR_MS) return;
      last = now();
      shown ??= begin(whole);
      shown.update(whole === null ? 0 : part, figuresOf(done, bad));
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

function lines({ stream, step, unit, measure, now = Date.now }: RunDisplayOptions): RunDisplay {
  let last = now();
  const write = (fields: object): void =>
    void stream.write(`${JSON.stringify({ time: new Date(now()).toISOString(), ...fields })}\n`);
  return {
    show({ done, part, whole, bad }) {
      if (now() - last < LINE_MS) return;
      last = now();
      write({ step, [unit]: done, ...(bad !== undefined && { bad }), [measure]: part, [`total_${measure}`]: whole });
    },
    say: (sentence, fields) => write({ message: sentence, ...fields }),
    end: () => undefined,
  };
}

/** Shows how far the reading of an input is. */
export function showLines(display: RunDisplay, input: Input, lines: number, bad?: number): void {
  display.show({ done: lines, bad, part: input.bytesRead(), whole: input.file?.identity.size ?? null });
}
