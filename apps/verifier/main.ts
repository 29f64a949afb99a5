import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { makeLogger, readToolConfiguration, runTool } from '@mps-ledger/platform';
import { readArguments, USAGE } from './arguments';
import { resultText } from './report/text';
import { run } from './run';

const EXIT = { ok: 0, different: 3 } as const;

/** Answers the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readToolConfiguration('verifier');
  const logger = makeLogger({ app: 'verifier', level: config.LOG_LEVEL });
  const { result, where } = await run({ args, config, logger, stderr: process.stderr, signal });
  process.stdout.write(args.json ? `${JSON.stringify({ ...result, where }, null, 2)}\n` : resultText(result, where));
  return result.ok ? EXIT.ok : EXIT.different;
}

runTool({
  work,
  interrupted: 'The verification was stopped before its end: nothing is said.',
  failed: 'The ledger could not be verified',
  forPeople: [LogError, EmbeddedPostgresError],
});
