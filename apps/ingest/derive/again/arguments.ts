import { parseWords, UsageError } from '@mps-ledger/platform';

/** Raw offsets [from, to) of one partition. */
export interface RawRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

export interface Arguments {
  /** Null: the ranges that the read model misses. */
  readonly range: RawRange | null;
  /** Reports what would be derived, and derives nothing. */
  readonly dryRun: boolean;
  /** The result as JSON, a line for each range. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run derive -- --again [--partition N --from A --to B] [--dry-run] [--json]

Derives raw records that were received but never derived: those that the read model misses, or the raw offsets from A to before
B of partition N. Then the newest derived record is derived once more, so that deriving continues after it. Deriving again loses
nothing and counts nothing twice; ingest may run at the same time. Uses the ledger of DATABASE_URL, or else of DATA_DIR.

  --again          required: confirms that records are to be derived again
  --partition N    partition of the raw log, with --from and --to
  --from A         first raw offset
  --to B           raw offset to end before
  --dry-run        reports what would be derived, and appends nothing
  --json           one JSON object for each range on standard output

Exit codes: 0 done or nothing missing, 1 failed, 2 wrong usage, 4 no notification to derive in the given range.
`;

const OPTIONS = {
  again: { type: 'boolean', default: false },
  partition: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Parses the command line. @throws UsageError */
export function readArguments(words: readonly string[]): Arguments {
  const {
    again,
    partition,
    from,
    to,
    'dry-run': dryRun,
    json,
    help,
  } = parseWords(words, { options: OPTIONS, usage: USAGE }).values;
  if (help) return { range: null, dryRun, json, help };
  if (!again) throw new UsageError(`--again is missing.\n\n${USAGE}`);
  const given = { '--partition': partition, '--from': from, '--to': to };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 3) return { range: null, dryRun, json, help };
  if (missing.length > 0)
    throw new UsageError(`A range takes --partition, --from and --to: ${missing.join(' and ')} is missing.`);
  const [where, first, end] = Object.entries(given).map(([name, value]) => whole(name, value ?? '')) as [
    number,
    number,
    number,
  ];
  if (end <= first) throw new UsageError(`--to ${end} must be greater than --from ${first}: the range ends before it.`);
  return { range: { partition: where, from: first, to: end }, dryRun, json, help };
}

function whole(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${name} ${JSON.stringify(text)} is not a whole number from 0 on.`);
}
