import { LogError } from '@mps-ledger/event-log';
import {
  ConfigurationError,
  databaseMistakes,
  kafkaMistakes,
  makeLogger,
  readConfiguration,
  StartFailure,
} from '@mps-ledger/platform';
import { againSettings } from './again.config';
import { readArguments, UsageError, USAGE } from './arguments';
import type { DerivedRange } from './derive-again';
import { run } from './run';

const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 4 } as const;

/** Answers the exit code. */
async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readConfiguration(againSettings, process.env, {
    app: 'derive',
    check: (given) => [...kafkaMistakes(given), ...databaseMistakes(given)],
  });
  const logger = makeLogger({ app: 'derive', level: config.LOG_LEVEL });
  const onRange = (range: DerivedRange): void =>
    void process.stdout.write(`${args.json ? JSON.stringify(range) : inWords(range, args.dryRun)}\n`);
  const done = await run({ args, config, logger, signal: onInterrupt(), onRange });
  if (args.range === null && done.length === 0)
    process.stderr.write('Nothing is missing: every notification was derived.\n');
  const found = done.some(({ notifications }) => notifications > 0);
  return args.range === null || found ? EXIT.ok : EXIT.notFound;
}

function inWords({ partition, from, to, notifications, events, resumesAt }: DerivedRange, dryRun: boolean): string {
  if (to <= from)
    return `partition ${partition}, raw ${from}: not passed over; ingest goes on at ${resumesAt} by itself`;
  const what = dryRun ? 'would be derived' : `derived again, ${events} events`;
  return `partition ${partition}, raw ${from} to ${to - 1}: ${notifications} notifications ${what}`;
}

/** Aborted by the first Ctrl-C or SIGTERM, so that what was begun is finished; the second one ends the process. */
function onInterrupt(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () =>
      stopping.abort(
        new StartFailure('interrupted', 'Stopped before it was done. Run it again: what was derived stays.'),
      ),
    );
  return stopping.signal;
}

/** Tells of what kept it from being done. */
function failed(error: unknown): number {
  const isWrongUse = error instanceof UsageError || error instanceof ConfigurationError;
  const isForPeople = isWrongUse || error instanceof StartFailure || error instanceof LogError;
  const reason = error instanceof Error ? error : new Error(String(error));
  const said = isForPeople || 'code' in reason ? reason.message : (reason.stack ?? reason.message);
  process.stderr.write(isForPeople ? `${said}\n` : `Nothing could be derived again: ${said}\n`);
  return isWrongUse ? EXIT.usage : EXIT.failed;
}

void main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => (process.exitCode = failed(error)),
);
