import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { makeLogger, printableLines, runTool } from '@mps-ledger/platform';
import { readArguments, USAGE, type ImportArguments } from './arguments';
import { readImportConfiguration } from './import.config';
import { resultText } from './import-result';
import { makeRunDisplay, type RunDisplay } from '@mps-ledger/exports';
import { restoreText } from './restore/restore-result';
import { runRestore } from './restore/run';
import { runImport } from './run';
import { sourceOfImport } from './source-of-import';

const EXIT = { ok: 0, failed: 1 } as const;

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readImportConfiguration();
  const logger = makeLogger({ app: 'import', level: config.LOG_LEVEL });
  const shown = { stream: process.stderr, measure: 'bytes' } as const;
  if (args.restore) {
    const displayOf = (step: string): RunDisplay => makeRunDisplay({ ...shown, step, unit: 'records' });
    return tell(args, restoreText, await runRestore({ args, config, logger, displayOf, signal }));
  }
  const source = sourceOfImport(args, config.SOURCES_FILE);
  const display = makeRunDisplay({ ...shown, step: args.dryRun ? 'checking' : 'importing', unit: 'lines' });
  return tell(args, resultText, await runImport({ args, source, config, logger, display, signal }));
}

/** Prints a result; returns the exit code. */
function tell<R extends { readonly ok: boolean; readonly error: string | null }>(
  args: ImportArguments,
  text: (result: R) => string,
  result: R,
): number {
  process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : text(result));
  if (result.error !== null) process.stderr.write(`${printableLines(result.error)}\n`);
  return result.ok ? EXIT.ok : EXIT.failed;
}

runTool({
  work,
  interrupted: 'Stopped before its end.',
  failed: 'The import failed',
  forPeople: [LogError, EmbeddedPostgresError],
});
