import { parseWords, UsageError } from '@mps-ledger/platform';

export interface Arguments {
  /** Files of what a sender sent. */
  readonly journals: readonly string[];
  /** Files of what must have become of it. */
  readonly truths: readonly string[];
  /** The result as one JSON object on standard output. */
  readonly json: boolean;
  /** How long to wait for everything to be applied, in seconds. */
  readonly waitSeconds: number;
  readonly help: boolean;
}

export const USAGE = `npm run verify -- [--journal FILE]… [--truth FILE]… [--json] [--wait SECONDS]

Checks that the ledger holds what it promises: DATABASE_URL's, or else the one in DATA_DIR, running or not.

  --journal FILE   each acknowledged send of this file (NDJSON, as the simulator writes it) is on the raw log
  --truth FILE     each task of this file (NDJSON, as the simulator writes it) is as it says
  --json           the result as one JSON object
  --wait SECONDS   how long to wait until everything is applied, 0 to 86400 (default 60)

Ends with 0 if all is well, 1 if the verification could not be completed, 2 for wrong usage, 3 if a check found a difference.
`;

const OPTIONS = {
  journal: { type: 'string', multiple: true },
  truth: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  wait: { type: 'string', default: '60' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the words after the program's name. @throws UsageError */
export function readArguments(words: readonly string[]): Arguments {
  const { journal = [], truth = [], json, wait, help } = parseWords(words, { options: OPTIONS, usage: USAGE }).values;
  return { journals: journal, truths: truth, json, waitSeconds: secondsOf(wait), help };
}

const MOST_SECONDS = 86_400;

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds <= MOST_SECONDS) return seconds;
  throw new UsageError(`--wait ${JSON.stringify(text)} is no number of seconds from 0 to ${MOST_SECONDS}.`);
}
