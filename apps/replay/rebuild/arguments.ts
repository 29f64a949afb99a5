import { parseWords, UsageError } from '@mps-ledger/platform';

export interface Arguments {
  /** Partitions that are loaded at once. */
  readonly concurrency: number;
  /** Records per second at most; null: no limit. */
  readonly recordsPerSecond: number | null;
  /** Why it is rebuilt; null: to be asked for. */
  readonly reason: string | null;
  /** Does not ask. */
  readonly yes: boolean;
  /** The result as one JSON object on standard output. */
  readonly json: boolean;
  readonly help: boolean;
}

const DEFAULT_RATE = 5_000;
const HIGHEST_RATE = 10_000_000;
const DEFAULT_CONCURRENCY = 4;
const MOST_AT_ONCE = 32;
const LONGEST_REASON = 500;

export const USAGE = `npm run rebuild [-- --concurrency N] [--rate N] [--yes --reason TEXT] [--json]

Builds the read model again from the log, beside the one that is read, which stays as it is: a new build, with the next number. It ends when the new
build has what the log had. Nothing reads it, and the projector keeps up the first one only. Stopped or killed at any point, it continues where it
was when it is run again.
Uses the ledger of DATABASE_URL, or else of DATA_DIR; the programs may run at the same time.

  --concurrency N  partitions that are loaded at once, 1 to ${MOST_AT_ONCE} (default ${DEFAULT_CONCURRENCY})
  --rate N         records per second at most, or max (default ${DEFAULT_RATE}, so that live notifications come first)
  --yes            does not ask; needs --reason
  --reason TEXT    why, kept in the journal
  --json           the result as one JSON object on standard output, progress as JSON lines on standard error

Exit codes: 0 the build is ready, 1 failed or stopped, 2 wrong usage.
`;

const OPTIONS = {
  concurrency: { type: 'string' },
  rate: { type: 'string' },
  yes: { type: 'boolean', default: false },
  reason: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Parses the command line. @throws UsageError */
export function readArguments(words: readonly string[]): Arguments {
  const { concurrency, rate, yes, reason, json, help } = parseWords(words, { options: OPTIONS, usage: USAGE }).values;
  const given = reasonOf(reason);
  if (yes && given === null && !help) throw new UsageError('--yes needs --reason TEXT: it is kept in the journal.');
  return {
    concurrency: concurrency === undefined ? DEFAULT_CONCURRENCY : whole('--concurrency', concurrency, MOST_AT_ONCE),
    recordsPerSecond: rate === 'max' ? null : rate === undefined ? DEFAULT_RATE : rateOf(rate),
    ...{ reason: given, yes, json, help },
  };
}

function rateOf(text: string): number {
  return whole('--rate', text, HIGHEST_RATE, ', or max');
}

function whole(option: string, text: string, most: number, otherwise = ''): number {
  const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : NaN;
  if (number <= most) return number;
  throw new UsageError(`${option} ${JSON.stringify(text)} must be a whole number from 1 to ${most}${otherwise}.`);
}

function reasonOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text.trim() === '' || text.length > LONGEST_REASON)
    throw new UsageError(`--reason must have 1 to ${LONGEST_REASON} characters.`);
  return text;
}
