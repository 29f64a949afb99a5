import { parseWords } from '@mps-ledger/platform';

/** The words after the program's name. */
export interface DoctorArguments {
  /** The result as one JSON object on standard output. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run doctor -- [--json]

Checks a deployment with the settings that it has, and changes nothing: the environment, the database, the log, the sources. Run it
with the environment of the programs: of npm start, or of ingest, projector and query.

  --json   the result as one JSON object

Ends with 0 where there is no finding, 1 where there is one, 2 for wrong usage. docs/doctor.md has each check and what to do.
`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the words after the program's name. @throws UsageError */
export function readArguments(words: readonly string[]): DoctorArguments {
  return parseWords(words, { options: OPTIONS, usage: USAGE }).values;
}
