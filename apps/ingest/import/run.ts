import type { LogIdentity } from '@mps-ledger/event-log';
import type { LedgerToolConfig, Logger } from '@mps-ledger/platform';
import { openLedger } from '../open-ledger';
import type { NotificationSource } from '../sources/notification-sources';
import type { ImportArguments } from './arguments';
import { BadLines } from './bad-lines';
import { checkInput } from './check-input';
import { makeCursorKeeper } from './cursor-keeper';
import { NO_LINES, type ImportProgress } from './import-cursor';
import { importLines } from './import-lines';
import type { ImportResult } from './import-result';
import { openInput, type Input, BEGINNING, showLines, type RunDisplay } from '@mps-ledger/exports';
import { makeLineTaker, type LineTaker } from './take-line';
import { whyEnded } from './why-ended';

export interface ImportRunOptions {
  readonly args: ImportArguments;
  /** Of the lines. */
  readonly source: Pick<NotificationSource, 'id' | 'account'>;
  readonly config: LedgerToolConfig;
  readonly logger: Logger;
  readonly display: RunDisplay;
  readonly signal: AbortSignal;
}

/** Imports a file, or checks it. Rejects where it cannot begin; what ends it later is in the result. */
export async function runImport(options: ImportRunOptions): Promise<ImportResult> {
  const { args, display, signal } = options;
  const input = await openInput(args.file);
  const run = args.dryRun ? checkInput({ input, display, signal }) : importInput(input, options);
  return run.finally(() => display.end());
}

async function importInput(input: Input, options: ImportRunOptions): Promise<ImportResult> {
  const { config, logger, source } = options;
  const ledger = await openLedger({
    ...{ config, logger, name: 'mps-ledger import' },
    ...{ serves: 'an import', failed: 'Nothing can be imported' },
  });
  const { log, identity } = ledger;
  const taker = makeLineTaker({ log, identity, source });
  try {
    return await importInto(identity, taker, input, options);
  } finally {
    await taker.close();
    await ledger.close();
  }
}

const FROM_THE_BEGINNING: ImportProgress = { position: BEGINNING, counts: NO_LINES };

async function importInto(
  { logId, logGeneration }: LogIdentity,
  taker: LineTaker,
  input: Input,
  { args, source: of, logger, display, signal }: ImportRunOptions,
): Promise<ImportResult> {
  const began = performance.now();
  const { restart } = args;
  const subject = { logId, logGeneration, account: of.account, source: of.id };
  const cursor = makeCursorKeeper({ input, subject, restart, display });
  const from = cursor.resumed ?? FROM_THE_BEGINNING;
  let reached = from;
  const bad = new BadLines(display, from.counts.bad);
  const onProgress = (progress: ImportProgress): void => {
    reached = progress;
    cursor.keep(progress);
    showLines(display, input, progress.position.line, bad.count);
  };
  const error = await importLines({ input, taker, from, bad, logger, signal, onProgress }).then(() => null, whyEnded);
  cursor.end();
  const { imported, empty } = reached.counts;
  const { line } = reached.position;
  const rest = input.file === null ? 'give it the rest again' : 'run the same command again: it resumes there';
  return {
    ...{ file: input.name, ok: error === null && bad.count === 0, dry_run: false, log_id: logId },
    error: error === null ? null : `${error} Everything up to line ${line} is on the log; ${rest}.`,
    ...{ resumed_after: cursor.resumed === null ? null : from.position.line, lines: line },
    ...{ imported, imported_now: imported - from.counts.imported, empty },
    ...{ bad: bad.count, bad_by_reason: bad.byReason, bad_lines: bad.listed },
    seconds: (performance.now() - began) / 1000,
  };
}
