import { BadLines } from './bad-lines';
import { makeLineCheck } from './check-lines';
import type { ImportResult } from './import-result';
import { InputFailure, type Input, BEGINNING, readLines, showLines, type RunDisplay } from '@mps-ledger/exports';
import { MAX_LINE_BYTES } from './take-line';

export interface CheckInputOptions {
  readonly input: Input;
  readonly display: RunDisplay;
  readonly signal: AbortSignal;
}

/** Reads every line of an input as an import does, appends nothing, and says what would be imported. */
export async function checkInput({ input, display, signal }: CheckInputOptions): Promise<ImportResult> {
  const began = performance.now();
  const bad = new BadLines(display);
  const check = makeLineCheck(bad, MAX_LINE_BYTES);
  let lines = 0;
  const reading = async (): Promise<null> => {
    for await (const line of readLines(input.read(0, signal), { from: BEGINNING, maxBytes: MAX_LINE_BYTES })) {
      check.check(line);
      lines = line.number;
      showLines(display, input, lines, bad.count);
    }
    return null;
  };
  const error = await reading().catch((failure: unknown) => {
    if (failure instanceof InputFailure) return `${failure.message}. Lines up to ${lines} were checked.`;
    throw failure;
  });
  return {
    ...{ file: input.name, ok: error === null && bad.count === 0, error, dry_run: true, resumed_after: null, lines },
    ...{ imported: check.notifications(), imported_now: 0, empty: check.empty() },
    ...{ bad: bad.count, bad_by_reason: bad.byReason, bad_lines: bad.listed },
    ...{ seconds: (performance.now() - began) / 1000, found: check.found() },
  };
}
