import { rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { UsageError, type LedgerToolConfig, type Logger } from '@mps-ledger/platform';
import type { RunDisplay } from '@mps-ledger/exports';
import { openLedger } from '../open-ledger';
import type { ExportArguments } from './arguments';
import { exportLog } from './export-log';

export interface ExportRunOptions {
  readonly args: ExportArguments;
  readonly config: LedgerToolConfig;
  readonly logger: Logger;
  readonly display: RunDisplay;
  readonly signal: AbortSignal;
}

export interface ExportResult {
  /** The file, or `standard output`. */
  readonly file: string;
  /** `raw records` of the whole log, else `events` or `notifications`. */
  readonly of: string;
  readonly records: number;
  readonly log_id: string;
  readonly seconds: number;
}

/**
 * Writes records of the log into a file or to standard output. A file that cannot be finished is removed, and so is one of a task of
 * which the log has nothing.
 */
export async function runExport({ args, config, logger, display, signal }: ExportRunOptions): Promise<ExportResult> {
  const began = performance.now();
  const ledger = await openLedger({
    ...{ config, logger, name: 'mps-ledger export' },
    ...{ serves: 'an export', failed: 'Nothing can be exported' },
  });
  const { log, identity } = ledger;
  let records = 0;
  const lines = exportLog({
    ...{ log, identity, selected: args.selected, now: new Date(), signal },
    onProgress(count, done, total) {
      records = count;
      display.show({ done: count, part: done, whole: total });
    },
  });
  try {
    if (args.out === null) await pipeline(lines, process.stdout, { end: false });
    else await writeFile(args.out, lines);
  } finally {
    display.end();
    await ledger.close();
  }
  const seconds = (performance.now() - began) / 1000;
  if (args.out !== null && isNothingOfTask(args, records)) rmSync(args.out, { force: true });
  const of = args.selected?.of ?? 'raw records';
  return { file: args.out ?? 'standard output', of, records, log_id: identity.logId, seconds };
}

/** Whether a task was asked for of which the log has no record. */
export function isNothingOfTask({ selected }: Pick<ExportArguments, 'selected'>, records: number): boolean {
  return records === 0 && selected !== null && 'task_id' in selected.selection;
}

/** Creates a file of these lines, compressed if its name says so; it is on the disk when this resolves. */
async function writeFile(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await create(path);
  const write = async (pieces: AsyncIterable<string | Buffer>): Promise<void> => {
    for await (const piece of pieces) await file.writeFile(piece);
  };
  try {
    await (path.endsWith('.gz') ? pipeline(lines, createGzip(), write) : write(lines));
    await file.sync();
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it exists, and is not replaced: choose another name' : message;
    throw new UsageError(`${path} cannot be created: ${why}.`);
  }
}
