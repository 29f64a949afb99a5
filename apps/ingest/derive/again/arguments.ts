import { parseArgs } from 'node:util';
import { UsageError, withoutCredentials } from '@mps-ledger/platform';

/** Raw offsets [from, to) of one partition. */
export interface RawRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

export interface Arguments {
  /** Null: those that the read model misses. */
  readonly range: RawRange | null;
  /** Says what would be derived, and derives nothing. */
  readonly dryRun: boolean;
  /** The result as JSON, a line for each range. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run derive -- --again [--partition N --from A --to B] [--dry-run] [--json]

Derives raw records again that were received and never derived: those that the read model misses, or the raw offsets from A to
before B of partition N. Then the newest record derived is derived once more, so that deriving goes on behind it. Nothing is
lost or counted twice by deriving again; ingest may run meanwhile. DATABASE_URL's ledger, or else the one in DATA_DIR.

  --again          says that this is meant; deriving itself is what the ingest program does
  --partition N    partition of the raw log, with --from and --to
  --from A         first raw offset
  --to B           raw offset to end before
  --dry-run        says what would be derived, and appends nothing
  --json           one JSON object for each range on standard output

Ends with 0 if it was done or nothing was missing, 1 if it failed, 2 for wrong usage, 4 where the range given holds no
notification that was to be derived.
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

/** Reads the words after the program's name. @throws UsageError */
export function readArguments(words: readonly string[]): Arguments {
  const { again, partition, from, to, 'dry-run': dryRun, json, help } = parsed(words);
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
  if (end <= first)
    throw new UsageError(`--to ${end} is to be greater than --from ${first}: the range ends before it.`);
  return { range: { partition: where, from: first, to: end }, dryRun, json, help };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${withoutCredentials(reason)}\n\n${USAGE}`);
  }
}

function whole(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${name} ${JSON.stringify(text)} is no whole number from 0 on.`);
}
