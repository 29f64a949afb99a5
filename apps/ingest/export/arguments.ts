import { parseWords, UsageError } from '@mps-ledger/platform';

export interface ExportArguments {
  /** The file to create; null for standard output. */
  readonly out: string | null;
  /** The result as one JSON object. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run export -- --out FILE [--json]
npm run --silent export > FILE

Exports the raw log: every notification with its headers, as JSON lines. A name that ends in .gz is compressed. The file is created and
never replaced; only its owner can read it, since notifications may contain secrets. Uses the ledger of DATABASE_URL, or else of
DATA_DIR; ingest may run at the same time: what it receives meanwhile is not in the export.
"npm run import -- --restore FILE" restores it into an empty ledger.

  --out FILE       the file (default: standard output)
  --json           the result as one JSON object, on standard output; needs --out

Exit codes: 0 exported, 1 failed (the file is removed), 2 wrong usage.
`;

const OPTIONS = {
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Parses the command line. @throws UsageError */
export function readExportArguments(words: readonly string[]): ExportArguments {
  const { out, json, help } = parseWords(words, { options: OPTIONS, usage: USAGE }).values;
  if (out === '') throw new UsageError(`--out needs the name of a file.\n\n${USAGE}`);
  if (json && out === undefined && !help)
    throw new UsageError('--json needs --out FILE: standard output holds the export.');
  return { out: out ?? null, json, help };
}
