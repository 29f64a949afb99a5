import { parseArgs } from 'node:util';
import { SCOPES } from '@mps-ledger/api-keys';
import { UsageError, withoutCredentials } from '@mps-ledger/platform';
import { isAccount } from '@mps-ledger/records';
import { readExpiry } from './expiry';
import { USAGE } from './usage';

/** What the command line asks for. */
export type Arguments =
  | { readonly command: 'help' }
  | (Common & {
      readonly command: 'create';
      readonly name: string;
      readonly scopes: readonly string[];
      /** Null: all. */
      readonly accounts: readonly string[] | null;
      /** Null: never. */
      readonly expires: Date | null;
      /** Null: that of the settings. */
      readonly perSecond: number | null;
    })
  | (Common & { readonly command: 'list'; readonly all: boolean })
  | (Common & {
      readonly command: 'revoke';
      /** Its name or its prefix. */
      readonly name: string;
      readonly reason: string | null;
      readonly yes: boolean;
    });

interface Common {
  readonly dryRun: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  scopes: { type: 'string' },
  accounts: { type: 'string' },
  expires: { type: 'string' },
  rate: { type: 'string' },
  all: { type: 'boolean' },
  reason: { type: 'string' },
  yes: { type: 'boolean' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const OPTIONS_OF = {
  create: ['scopes', 'accounts', 'expires', 'rate', 'dry-run', 'json'],
  list: ['all', 'json'],
  revoke: ['reason', 'yes', 'dry-run', 'json'],
} as const;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A list of several accounts reads each by itself. */
const MOST_ACCOUNTS = 20;
const HIGHEST_RATE = 100_000;

/** Parses the command line. @throws UsageError */
export function readArguments(words: readonly string[], now: Date): Arguments {
  const { values, positionals } = parsed(words);
  const [command, name, ...others] = positionals;
  if (values.help) return { command: 'help' };
  if (command === undefined || !Object.hasOwn(OPTIONS_OF, command))
    throw wrong(
      `${command === undefined ? 'The command is missing' : `There is no command ${quoted(command)}`}: create, list or revoke.`,
    );
  refuseOtherOptions(command as keyof typeof OPTIONS_OF, values);
  const common = { dryRun: values['dry-run'], json: values.json };
  if (command === 'list') {
    if (name !== undefined) throw wrong('list takes no name.');
    return { command, ...common, all: values.all ?? false };
  }
  if (name === undefined || others.length > 0) throw wrong(`${command} takes one name.`);
  if (!NAME.test(name))
    throw wrong(
      `The name ${quoted(name)} must be 1 to 64 characters of A-Z a-z 0-9 . _ - and begin with a letter or figure.`,
    );
  if (command === 'revoke')
    return { command, ...common, name, reason: readReason(values.reason), yes: values.yes ?? false };
  const { accounts, expires, rate } = values;
  return {
    ...{ command: 'create', ...common, name, scopes: readScopes(values.scopes) },
    accounts: accounts === undefined ? null : readAccounts(accounts),
    expires: expires === undefined ? null : readExpiry(expires, now),
    perSecond: rate === undefined ? null : readRate(rate),
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw wrong(withoutCredentials(reason));
  }
}

function refuseOtherOptions(command: keyof typeof OPTIONS_OF, values: Readonly<Record<string, unknown>>): void {
  const known: readonly string[] = OPTIONS_OF[command];
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== false);
  const other = given.find(([name]) => !known.includes(name));
  if (other !== undefined) throw wrong(`${command} has no option --${other[0]}.`);
}

function readScopes(text = 'read'): readonly string[] {
  const scopes = listed('--scopes', text);
  const unknown = scopes.find((one) => !SCOPES.some((scope) => scope === one));
  if (unknown !== undefined) throw wrong(`--scopes ${quoted(unknown)} is none of ${SCOPES.join(', ')}.`);
  return scopes;
}

function readAccounts(text: string): readonly string[] {
  const accounts = listed('--accounts', text);
  const bad = accounts.find((one) => !isAccount(one));
  if (bad !== undefined)
    throw wrong(`--accounts ${quoted(bad)} must be 1 to 63 characters of a-z 0-9 - and not begin with -.`);
  if (accounts.length > MOST_ACCOUNTS)
    throw wrong(
      `--accounts names ${accounts.length} accounts; a key has ${MOST_ACCOUNTS} at most, or without --accounts all.`,
    );
  return accounts;
}

/** Words between commas, each once. An empty one would be a mistake of whoever made the list. */
function listed(option: string, text: string): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('')) throw wrong(`${option} ${quoted(text)} has an empty place: separate by one comma.`);
  return [...new Set(words)];
}

function readRate(text: string): number {
  const rate = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : NaN;
  if (rate <= HIGHEST_RATE) return rate;
  throw wrong(`--rate ${quoted(text)} must be a whole number of requests per second from 1 to ${HIGHEST_RATE}.`);
}

function readReason(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text.trim() === '' || text.length > 500) throw wrong('--reason must have 1 to 500 characters.');
  return text;
}

const quoted = (text: string): string => JSON.stringify(text);

const wrong = (message: string): UsageError => new UsageError(`${message}\n\n${USAGE}`);
