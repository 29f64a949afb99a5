import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { makeLogger, readToolConfiguration, runTool } from '@mps-ledger/platform';
import { makeRunDisplay } from '../json-lines/progress';
import { readExportArguments, USAGE } from './arguments';
import { runExport, type ExportResult } from './run';

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readExportArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const config = readToolConfiguration('export');
  const logger = makeLogger({ app: 'export', level: config.LOG_LEVEL });
  const display = makeRunDisplay({ stream: process.stderr, step: 'exporting', unit: 'records', measure: 'offsets' });
  const result = await runExport({ args, config, logger, display, signal });
  const say = args.out === null ? process.stderr : process.stdout;
  say.write(args.json ? `${JSON.stringify(result)}\n` : resultText(result));
  return 0;
}

function resultText({ file, records, log_id: logId, seconds }: ExportResult): string {
  return `${file}: ${records.toLocaleString('en')} raw records of log ${logId}, ${seconds.toFixed(1)} s\n`;
}

runTool({
  work,
  interrupted: 'Stopped before its end: there is no export.',
  failed: 'The raw log could not be exported',
  forPeople: [LogError, EmbeddedPostgresError],
});
