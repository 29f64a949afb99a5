import type { Pool } from 'pg';
import { EmbeddedPostgresError } from '@mps-ledger/embedded-postgres';
import {
  askForReason,
  makeLogger,
  printableLines,
  readToolConfiguration,
  runTool,
  UsageError,
} from '@mps-ledger/platform';
import { readArguments, type Arguments } from './arguments';
import { openKeysDatabase } from './database';
import { create, list, revoke, type Said } from './run';
import { USAGE } from './usage';

type Command = Exclude<Arguments, { readonly command: 'help' }>;
type Revocation = Extract<Arguments, { readonly command: 'revoke' }>;

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readArguments(process.argv.slice(2), new Date());
  if (args.command === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (args.command === 'revoke') refuseUnasked(args);
  const config = readToolConfiguration('keys');
  const database = await openKeysDatabase(config, makeLogger({ app: 'keys', level: config.LOG_LEVEL }));
  const { code, out, err } = await runCommand(database.pool, args, signal).finally(() => database.close());
  process.stderr.write(printableLines(err));
  process.stdout.write(out);
  return code;
}

function runCommand(pool: Pool, args: Command, signal: AbortSignal): Promise<Said> {
  switch (args.command) {
    case 'create':
      return create(pool, args);
    case 'list':
      return list(pool, args);
    case 'revoke':
      return revokeAsAsked(pool, args, signal);
  }
}

async function revokeAsAsked(pool: Pool, args: Revocation, signal: AbortSignal): Promise<Said> {
  const { name, reason, yes, dryRun } = args;
  if (yes || dryRun) return revoke(pool, args, reason ?? 'not given');
  const question = `Revoke ${name}? Its programs are refused from then on.`;
  const given = await askForReason({ input: process.stdin, output: process.stderr }, question, reason, signal);
  return given === null ? { code: 1, out: '', err: 'Nothing was revoked.\n' } : revoke(pool, args, given);
}

/** Without a terminal nobody can be asked. */
function refuseUnasked({ yes, reason, dryRun }: Revocation): void {
  if (dryRun || (yes && reason !== null)) return;
  if (yes) throw new UsageError('--yes needs --reason TEXT: it is kept with the key.');
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new UsageError('Revoking cannot be undone, and nobody can be asked here: give --yes and --reason TEXT.');
}

runTool({
  work,
  interrupted: 'Stopped: nothing was changed unless a key is shown above.',
  failed: 'The keys could not be read or changed',
  forPeople: [EmbeddedPostgresError],
});
