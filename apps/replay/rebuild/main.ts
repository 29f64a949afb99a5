import { NoLiveBuild } from '@mps-ledger/catalogue';
import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import { LogError } from '@mps-ledger/event-log';
import { makeLogger, readToolConfiguration, runTool } from '@mps-ledger/platform';
import { readArguments, USAGE } from './arguments';
import type { RebuildResult } from './rebuild';
import { run } from './run';

const EXIT = { ok: 0, notDone: 1 } as const;

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  const config = readToolConfiguration('rebuild');
  const logger = makeLogger({ app: 'rebuild', level: config.LOG_LEVEL });
  const result = await run({ args, config, logger, stdin: process.stdin, stderr: process.stderr, signal });
  if (result === null) {
    process.stderr.write('Nothing was rebuilt.\n');
    return EXIT.notDone;
  }
  process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : textOf(result));
  return EXIT.ok;
}

function textOf({ build, schema, state, records, seconds, resumed }: RebuildResult): string {
  const made = `made of ${records.toLocaleString('en')} records${resumed ? '' : ` in ${seconds} s`}`;
  return `Build ${build} (${schema}) is ${state}: ${made}. The build that is read is the same as before.
To compare both: npm run compare -- --from live --to ${build}
`;
}

runTool({
  work,
  interrupted:
    'Stopped: the build is not complete, and nothing reads it. Run npm run rebuild again, which continues where it was.',
  failed: 'The read model could not be rebuilt',
  forPeople: [LogError, EmbeddedPostgresError, NoLiveBuild],
});
