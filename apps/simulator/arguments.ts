import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { UsageError, withoutCredentials } from '@mps-ledger/platform';
import { isUrl, OPTIONS, type Option, type OptionName } from './options';
import type { Mode } from './task/life';
import type { FaultRates } from './task/stream';
import { WAYS, type Way } from './sending/via';

/** The validated command line arguments. */
export interface SimulatorArguments extends FaultRates {
  /** A URL; the name of a file where it goes `via` file. */
  readonly to: string;
  readonly via: Way;
  readonly tasks: number;
  /** Sends per second; 0: as fast as possible. */
  readonly rate: number;
  readonly connections: number;
  readonly seed: string;
  readonly mode: Mode;
  readonly sign: string | null;
  /** Unix seconds for the signatures; null: the current time. */
  readonly now: number | null;
  readonly journal: string | null;
  readonly truth: string | null;
  readonly check: string | null;
  readonly apiKey: string | null;
  /** That of the source which takes the sends. */
  readonly account: string;
  readonly waitSeconds: number;
  readonly retryForSeconds: number;
  readonly timeoutSeconds: number;
  readonly help: boolean;
}

/** Parses the command line after `node` and the script. Throws a UsageError that lists all errors. */
export function readArguments(words: readonly string[]): SimulatorArguments {
  const { given, mistakes } = givenOptions(words);
  const text = (name: OptionName): string | null => given.get(name) ?? OPTIONS[name].fallback;
  const number = (name: OptionName): number => Number(text(name));
  mistakes.push(...[...given].flatMap(([name, value]) => mistakeIn(name, value)));
  const read: SimulatorArguments = {
    to: text('to') ?? '',
    via: WAYS.find((way) => way === text('via')) ?? 'http',
    tasks: number('tasks'),
    rate: number('rate'),
    connections: number('connections'),
    seed: text('seed') ?? '',
    mode: text('mode') === 'change' ? 'change' : 'finish',
    duplicate: number('duplicate'),
    reorder: number('reorder'),
    late: number('late'),
    lose: number('lose'),
    contradict: number('contradict'),
    unknown: number('unknown'),
    sign: text('sign'),
    now: given.has('now') ? number('now') : null,
    journal: text('journal'),
    truth: text('truth'),
    check: text('check'),
    apiKey: text('api-key'),
    account: text('account') ?? '',
    waitSeconds: number('wait'),
    retryForSeconds: number('retry-for'),
    timeoutSeconds: number('timeout'),
    help: given.has('help'),
  };
  if (mistakes.length === 0 && !read.help) mistakes.push(...misfits(read));
  if (mistakes.length > 0) throw new UsageError([...mistakes, 'See --help.'].join('\n'));
  return read;
}

interface Given {
  readonly given: Map<OptionName, string>;
  readonly mistakes: string[];
}

function givenOptions(words: readonly string[]): Given {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { allowed }]) => [
      name,
      { type: allowed === null ? 'boolean' : 'string' } as const,
    ]),
  );
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<OptionName, string>();
  const mistakes: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`${shown(token.value)} is no option; options begin with --`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!isOption(name)) mistakes.push(unknownOption(rawName));
    else if (given.has(name)) mistakes.push(`${rawName} is given twice`);
    else if (OPTIONS[name].allowed === null && value !== undefined) mistakes.push(`${rawName} takes no value`);
    else given.set(name, value ?? '');
  }
  return { given, mistakes };
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

function unknownOption(rawName: string): string {
  const [nearest = ''] = Object.keys(OPTIONS).sort((a, b) => distance(`--${a}`, rawName) - distance(`--${b}`, rawName));
  const like = distance(`--${nearest}`, rawName) <= 3 ? `; did you mean --${nearest}?` : '';
  return `${rawName} is no option${like}`;
}

function mistakeIn(name: OptionName, value: string): readonly string[] {
  const { allowed, isValid, secret = false }: Option = OPTIONS[name];
  if (allowed === null || isValid(value)) return [];
  const what = secret ? '(its value is not shown)' : `is ${shown(value)}`;
  return [`--${name} ${value === '' ? 'is empty' : what}; it must be ${allowed}`];
}

const shown = (value: string): string => JSON.stringify(withoutCredentials(value));

/** Finds options that contradict each other. */
function misfits(read: SimulatorArguments): readonly string[] {
  const wrong: string[] = [];
  if (read.tasks === 0 && (read.check === null || read.truth === null)) {
    wrong.push('--tasks is 0, so nothing is sent: --check and the --truth of an earlier run are required');
  }
  if (read.via !== 'file' && !isUrl(read.to))
    wrong.push(`--to is ${shown(read.to)}; it must be an http:// or https:// URL`);
  if (read.via === 'file' && isUrl(read.to)) wrong.push('--via file needs --to with the name of a file');
  if (read.now !== null && read.sign === null) wrong.push('--now is the time of signatures, so it needs --sign');
  return wrong;
}
