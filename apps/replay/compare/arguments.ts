import { parseWords, UsageError } from '@mps-ledger/platform';
import { USAGE } from './usage';

/** A build as it is named on the command line. */
export type NamedBuild = 'live' | number;

export interface CompareArguments {
  readonly from: NamedBuild;
  readonly to: NamedBuild;
  readonly patienceMs: number;
  /** The file to write the report to; null: none. */
  readonly report: string | null;
  readonly json: boolean;
  readonly help: boolean;
}

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  patience: { type: 'string', default: '10m' },
  report: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Parses the command line. @throws UsageError */
export function readCompareArguments(words: readonly string[]): CompareArguments {
  const { from, to, patience, report, json, help } = parseWords(words, { options: OPTIONS, usage: USAGE }).values;
  if (help) return { from: 'live', to: 'live', patienceMs: 0, report: null, json, help };
  const builds = { from: buildOf('--from', from), to: buildOf('--to', to) };
  if (builds.from === builds.to) throw new UsageError(`--from and --to both name ${builds.from}: name two builds.`);
  if (report === '') throw new UsageError('--report needs the name of a file.');
  return { ...builds, patienceMs: patienceOf(patience), report: report ?? null, json, help };
}

function buildOf(option: string, text: string | undefined): NamedBuild {
  if (text === undefined) throw new UsageError(`${option} is missing: live, or the number of a build.\n\n${USAGE}`);
  if (text === 'live') return text;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${JSON.stringify(text)} is no build: live, or a number from 1 on.`);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

function patienceOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? NaN);
  if (ms <= 86_400_000) return ms;
  throw new UsageError(`--patience ${JSON.stringify(text)} is no time such as 30s, 10m or 1h, up to 24h.`);
}
