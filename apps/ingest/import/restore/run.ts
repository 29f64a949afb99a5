import { openLedger } from '../../open-ledger';
import { openInput, type RunDisplay } from '@mps-ledger/exports';
import type { ImportRunOptions } from '../run';
import { checkExport } from './check-export';
import { restoreInto } from './restore-into';
import type { RestoreResult } from './restore-result';

export interface RestoreRunOptions extends Omit<ImportRunOptions, 'display' | 'source'> {
  readonly displayOf: (step: 'checking' | 'restoring') => RunDisplay;
}

/**
 * Restores an export of raw records into an empty log. A file is read twice: of one that is not whole nothing is appended. Standard
 * input is read once. Rejects where it cannot begin; what ends it later is in the result.
 */
export async function runRestore({
  args,
  config,
  logger,
  displayOf,
  signal,
}: RestoreRunOptions): Promise<RestoreResult> {
  const input = await openInput(args.file);
  if (args.dryRun) return checkExport(input, displayOf('checking'), signal);
  if (input.file !== null) await checkExport(await openInput(args.file), displayOf('checking'), signal);
  const { log, identity, close } = await openLedger({
    ...{ config, logger, name: 'mps-ledger restore' },
    ...{ serves: 'a restore', failed: 'Nothing can be restored' },
  });
  const display = displayOf('restoring');
  try {
    return await restoreInto({ log, identity, input, logger, display, signal });
  } finally {
    display.end();
    await close();
  }
}
