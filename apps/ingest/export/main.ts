import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { makeLogger, printableLines, readToolConfiguration, runTool } from '@mps-ledger/platform';
import { makeRunDisplay } from '@mps-ledger/exports';
import { readExportArguments, type ExportArguments } from './arguments';
import { isNothingOfTask, runExport, type ExportResult } from './run';
import { USAGE } from './usage';

const EXIT = { ok: 0, notFound: 4 } as const;

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readExportArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readToolConfiguration('export');
  const logger = makeLogger({ app: 'export', level: config.LOG_LEVEL });
  const display = makeRunDisplay({ stream: process.stderr, step: 'exporting', unit: 'records', measure: 'offsets' });
  const result = await runExport({ args, config, logger, display, signal });
  if (isNothingOfTask(args, result.records)) {
    process.stderr.write(printableLines(nothingText(args, result)));
    return EXIT.notFound;
  }
  const say = args.out === null ? process.stderr : process.stdout;
  say.write(args.json ? `${JSON.stringify(result)}\n` : resultText(result));
  return EXIT.ok;
}

function nothingText({ selected }: ExportArguments, { of, log_id: logId }: ExportResult): string {
  const named =
    selected !== null && 'task_id' in selected.selection ? selected.selection : { task_id: '', account: '' };
  const name = `task ${JSON.stringify(named.task_id)} of account ${named.account}`;
  return `Log ${logId} has no ${of} of ${name}: there is no export. The TaskId is compared exactly; --account names another account.\n`;
}

function resultText({ file, of, records, log_id: logId, seconds }: ExportResult): string {
  return `${file}: ${records.toLocaleString('en')} ${of} of log ${logId}, ${seconds.toFixed(1)} s\n`;
}

runTool({
  work,
  interrupted: 'Stopped before its end: there is no export.',
  failed: 'The log could not be exported',
  forPeople: [LogError, EmbeddedPostgresError],
});
