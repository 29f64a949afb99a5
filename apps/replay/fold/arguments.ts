import { parseWords, UsageError } from '@mps-ledger/platform';
import { USAGE } from './usage';

export interface FoldArguments {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly json: boolean;
  readonly help: boolean;
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Parses the command line. @throws UsageError */
export function readFoldArguments(words: readonly string[]): FoldArguments {
  const { values, positionals } = parseWords(words, { options: OPTIONS, usage: USAGE, positionals: true });
  const { json, help } = values;
  const [file = '', ...others] = positionals;
  if (!help && file === '') throw new UsageError(`FILE is missing: a path, or - for standard input.\n\n${USAGE}`);
  if (others.length > 0) throw new UsageError(`One file at a time: ${positionals.join(', ')}.`);
  return { file, json, help };
}
