import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { makeLogger, printableLines, readToolConfiguration, runTool } from '@mps-ledger/platform';
import { readArguments, USAGE } from './arguments';
import { resultText } from './import-result';
import { makeRunDisplay } from './progress';
import { runImport } from './run';

const EXIT = { ok: 0, failed: 1 } as const;

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readToolConfiguration('import');
  const logger = makeLogger({ app: 'import', level: config.LOG_LEVEL });
  const display = makeRunDisplay({
    stream: process.stderr,
    step: args.dryRun ? 'checking' : 'importing',
    unit: 'lines',
  });
  const result = await runImport({ args, config, logger, display, signal });
  process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : resultText(result));
  if (result.error !== null) process.stderr.write(`${printableLines(result.error)}\n`);
  return result.ok ? EXIT.ok : EXIT.failed;
}

runTool({
  work,
  interrupted: 'Stopped before its end.',
  failed: 'The import failed',
  forPeople: [LogError, EmbeddedPostgresError],
});
