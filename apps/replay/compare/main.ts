import { NoLiveBuild } from '@mps-ledger/catalogue';
import { NotComparable } from '@mps-ledger/comparing';
import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { makeLogger, printableLines, readToolConfiguration, runTool } from '@mps-ledger/platform';
import { readCompareArguments } from './arguments';
import { openDatabase } from './database';
import { runCompare } from './run';
import { USAGE } from './usage';

/** Between two lines of progress. */
const SHOW_MS = 2_000;

/** Answers the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readCompareArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const config = readToolConfiguration('compare');
  const logger = makeLogger({ app: 'compare', level: config.LOG_LEVEL });
  const database = await openDatabase(config, logger);
  let shown = performance.now();
  const onProgress = (text: string): void => {
    if (performance.now() - shown < SHOW_MS) return;
    shown = performance.now();
    process.stderr.write(printableLines(process.stderr.isTTY ? `${text}\n` : `${JSON.stringify({ message: text })}\n`));
  };
  const { code, out, err } = await runCompare({ pool: database.pool, args, onProgress, signal }).finally(() =>
    database.close(),
  );
  process.stderr.write(printableLines(err));
  process.stdout.write(out);
  return code;
}

runTool({
  work,
  interrupted: 'Stopped before its end: nothing is said.',
  failed: 'The builds could not be compared',
  forPeople: [EmbeddedPostgresError, NoLiveBuild, NotComparable],
});
