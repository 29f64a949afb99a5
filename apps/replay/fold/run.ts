import { openInput, readExportLines, type InputLine, type RunDisplay } from '@mps-ledger/exports';
import { StatesDigest } from '@mps-ledger/records';
import { FOLD_VERSION, MAPPER_VERSION } from '@mps-ledger/tasks';
import type { FoldArguments } from './arguments';
import { foldFile, type TaskOfFile } from './fold-file';
import { sumsText, taskText, type FoldSums } from './text';

export interface FoldRunOptions {
  readonly args: FoldArguments;
  readonly display: RunDisplay;
  readonly signal: AbortSignal;
  /** See `foldFile`. */
  readonly maxBytes?: number;
}

/** Of JSON in a file: about five times as much in memory. */
const MAX_BYTES = 96 * 1024 * 1024;

/** Folds a file; yields what is printed, in pieces. */
export async function* runFold(options: FoldRunOptions): AsyncGenerator<string> {
  const { args, display, signal, maxBytes = MAX_BYTES } = options;
  const reads = await makeReads(args.file, signal);
  let records = 0;
  const tasks = foldFile({
    ...{ read: reads.next, maxBytes },
    onRecord: () => display.show({ done: (records += 1), part: reads.bytesRead(), whole: reads.size }),
  });
  const digest = new StatesDigest();
  let count = 0;
  let first: TaskOfFile | null = null;
  for (let next = await tasks.next(); ; next = await tasks.next()) {
    if (next.done === true) {
      display.end();
      if (first !== null && !args.json) yield taskText(first.view, count === 1);
      const sums = {
        ...next.value,
        tasks: count,
        fold_version: FOLD_VERSION,
        mapper: MAPPER_VERSION,
        digest: digest.end(),
      };
      yield args.json ? `${JSON.stringify(sums satisfies FoldSums)}\n` : sumsText(sums);
      return;
    }
    signal.throwIfAborted();
    count += 1;
    digest.add(next.value.key, next.value.view.state_digest);
    if (args.json) yield `${JSON.stringify(next.value.view)}\n`;
    else {
      // The only task is shown whole, which is known once there is no other.
      if (first !== null) yield taskText(first.view, false);
      first = next.value;
    }
  }
}

/** A file is opened as often as it is read; standard input once. */
async function makeReads(path: string, signal: AbortSignal) {
  let input = await openInput(path);
  let reads = 0;
  return {
    next: (): AsyncIterable<InputLine> | null => {
      reads += 1;
      if (reads === 1) return readExportLines(input, signal);
      return input.file === null ? null : again();
    },
    bytesRead: () => input.bytesRead(),
    size: input.file?.identity.size ?? null,
  };
  async function* again(): AsyncGenerator<InputLine> {
    input = await openInput(path);
    yield* readExportLines(input, signal);
  }
}
