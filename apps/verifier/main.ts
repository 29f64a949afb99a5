import { LogError } from '@mps-ledger/event-log';
import {
  ConfigurationError,
  databaseMistakes,
  kafkaMistakes,
  makeLogger,
  printableLines,
  readConfiguration,
  StartFailure,
} from '@mps-ledger/platform';
import { readArguments, USAGE } from './arguments';
import { resultText } from './report/text';
import { run } from './run';
import { UsageError } from './usage-error';
import { verifierSettings } from './verifier.config';

const EXIT = { ok: 0, failed: 1, usage: 2, different: 3 } as const;

/** Answers the exit code. */
async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readConfiguration(verifierSettings, process.env, {
    app: 'verifier',
    check: (given) => [...kafkaMistakes(given), ...databaseMistakes(given)],
  });
  const logger = makeLogger({ app: 'verifier', level: config.LOG_LEVEL });
  const { result, where } = await run({ args, config, logger, stderr: process.stderr, signal: onInterrupt() });
  process.stdout.write(args.json ? `${JSON.stringify({ ...result, where }, null, 2)}\n` : resultText(result, where));
  return result.ok ? EXIT.ok : EXIT.different;
}

/** Aborted by the first Ctrl-C or SIGTERM, so that what was started is stopped; the second one ends the process. */
function onInterrupt(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort(new StartFailure('interrupted', 'The verification was stopped before its end: nothing is said.'));
    });
  }
  return stopping.signal;
}

/** Tells of what kept it from telling. */
function failed(error: unknown): number {
  const isWrongUse = error instanceof UsageError || error instanceof ConfigurationError;
  const isForPeople = isWrongUse || error instanceof StartFailure || error instanceof LogError;
  const reason = error instanceof Error ? error : new Error(String(error));
  const text = isForPeople ? reason.message : `The ledger could not be verified: ${described(reason)}`;
  process.stderr.write(`${printableLines(text)}\n`);
  return isWrongUse ? EXIT.usage : EXIT.failed;
}

/** A database that is not there is no defect of ours, and needs no stack. */
function described(error: Error): string {
  // Several addresses of one host, all refused.
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(one instanceof Error)) return String(one);
  return 'code' in one ? one.message : (one.stack ?? one.message);
}

void main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => (process.exitCode = failed(error)),
);
