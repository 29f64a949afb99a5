import { parseWords, UsageError } from '@mps-ledger/platform';
import { DEFAULT_ACCOUNT, isAccount } from '@mps-ledger/records';

export interface ImportArguments {
  /** A path, or `-` for standard input. */
  readonly file: string;
  /** As given; see `sourceOfImport`. */
  readonly source: string | undefined;
  readonly account: string | undefined;
  /** Reads and checks every line, and appends nothing. */
  readonly dryRun: boolean;
  /** Begins at the first line, whatever was imported before. */
  readonly restart: boolean;
  /** The file is an export of raw records, to be restored. */
  readonly restore: boolean;
  /** The result as one JSON object. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run import -- FILE|- [--source NAME] [--account NAME] [--dry-run] [--restart] [--json]
npm run import -- --restore FILE|- [--dry-run] [--json]

Imports notifications: one JSON object a line, plain or compressed with gzip, of a file or (-) of standard input. Each line becomes
one raw record, with trust "file". Uses the ledger of DATABASE_URL, or else of DATA_DIR; ingest may run at the same time.
How far it is, is kept in FILE.mps-import.json: the same command resumes there. Lines that were imported already change no task.
With --restore the file is an export of raw records ("npm run export"), and the ledger must be empty: the records keep ids, headers, trust
and times, and are in the same order in each partition.

  --source NAME    source in the raw records, 1 to 64 of A-Z a-z 0-9 . _ - (default import); where SOURCES_FILE is set, a source of
                   kind file in it, which has the account
  --account NAME   account that the tasks belong to (default ${DEFAULT_ACCOUNT})
  --dry-run        reads and checks every line, appends nothing, and needs no ledger
  --restart        begins at the first line, also where a part was imported before
  --restore        restores an export of raw records into an empty ledger
  --json           the result as one JSON object on standard output

Exit codes: 0 everything is imported, 1 failed or bad lines (each reported, the others are imported), 2 wrong usage.
`;

const OPTIONS = {
  source: { type: 'string' },
  account: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  restart: { type: 'boolean', default: false },
  restore: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const SOURCE = /^[A-Za-z0-9._-]{1,64}$/;

/** Parses the command line. @throws UsageError */
export function readArguments(words: readonly string[]): ImportArguments {
  const { values, positionals } = parseWords(words, { options: OPTIONS, usage: USAGE, positionals: true });
  const { source, account, 'dry-run': dryRun, restart, restore, json, help } = values;
  const [file = '', ...others] = positionals;
  if (!help && file === '') throw new UsageError(`FILE is missing: a path, or - for standard input.\n\n${USAGE}`);
  if (others.length > 0)
    throw new UsageError(`One file at a time: ${positionals.join(', ')}. Several: cat FILE… | npm run import -- -`);
  refuseOtherOptions(values);
  if (source !== undefined && !SOURCE.test(source))
    throw new UsageError(`--source ${JSON.stringify(source)} must be 1 to 64 characters of A-Z a-z 0-9 . _ -`);
  if (account !== undefined && !isAccount(account))
    throw new UsageError(
      `--account ${JSON.stringify(account)} must be 1 to 63 characters of a-z 0-9 - and not begin with -`,
    );
  return { file, source, account, dryRun, restart, restore, json, help };
}

/** @throws UsageError for options that have no meaning for restored records. */
function refuseOtherOptions(
  values: Partial<Pick<ImportArguments, 'source' | 'account' | 'restart' | 'restore'>>,
): void {
  for (const name of ['source', 'account', 'restart'] as const)
    if (values.restore === true && values[name] !== undefined && values[name] !== false)
      throw new UsageError(`--${name} has no meaning with --restore: restored records keep what they have.`);
}
