import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { makeLogger, readToolConfiguration, runTool } from '@mps-ledger/platform';
import { readArguments, USAGE } from './arguments';
import type { DerivedRange } from './derive-again';
import { run } from './run';

const EXIT = { ok: 0, notFound: 4 } as const;

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readToolConfiguration('derive');
  const logger = makeLogger({ app: 'derive', level: config.LOG_LEVEL });
  const onRange = (range: DerivedRange): void =>
    void process.stdout.write(`${args.json ? JSON.stringify(range) : inWords(range, args.dryRun)}\n`);
  const done = await run({ args, config, logger, signal, onRange });
  if (args.range === null && done.length === 0)
    process.stderr.write('Nothing is missing: every notification was derived.\n');
  const found = done.some(({ notifications }) => notifications > 0);
  return args.range === null || found ? EXIT.ok : EXIT.notFound;
}

function inWords({ partition, from, to, notifications, events, resumesAt }: DerivedRange, dryRun: boolean): string {
  if (to <= from)
    return `partition ${partition}, raw ${from}: not skipped; ingest continues at ${resumesAt} automatically`;
  const what = dryRun ? 'would be derived' : `derived again, ${events} events`;
  return `partition ${partition}, raw ${from} to ${to - 1}: ${notifications} notifications ${what}`;
}

runTool({
  work,
  interrupted: 'Stopped before it was done. Run it again: what was derived stays.',
  failed: 'Nothing could be derived again',
  forPeople: [LogError, EmbeddedPostgresError],
});
