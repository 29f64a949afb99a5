import { parseArgs } from 'node:util';
import { withoutCredentials } from '@mps-ledger/platform';
import type { Fault, LogName } from './fault';
import { faultsOn } from './faults';

export interface CrashOptions {
  readonly faults: readonly Fault[];
  /** Rounds of each fault; null: the number for the table. */
  readonly rounds: number | null;
  /** Seed of the first round. */
  readonly seed: number;
  /** How many faults run at once, each on a separate ledger. */
  readonly atOnce: number;
  readonly json: boolean;
  readonly list: boolean;
  readonly report: boolean;
  /** Keep logs and journals also after a success. */
  readonly keep: boolean;
}

/** The arguments are invalid; the message contains the errors. */
export class UsageError extends Error {
  readonly code = 'usage';
}

const DEFAULT_FAULT = 'kill';
const DEFAULT_ROUNDS = 20;

/**
 * On Kafka, the partitions of a killed member are reassigned only after its session has ended. Rounds consist mostly of waiting, so
 * several can run at once.
 */
const AT_ONCE: Readonly<Record<LogName, number>> = { postgres: 1, kafka: 4 };

/** Parses the arguments. Throws a `UsageError`. */
export function parseOptions(args: readonly string[]): CrashOptions {
  const { fault: names = [], log: logName, rounds, seed, 'at-once': atOnce, ...flags } = valuesOf(args);
  const log = logNamed(logName);
  const { report, list, short } = flags;
  const isAll = names.includes('all') || (names.length === 0 && (report || list || log === 'kafka'));
  const asForTable = rounds === undefined && (report || isAll);
  return {
    faults: short ? shortOnes(log, names) : isAll ? faultsOn(log) : namedOnes(log, names),
    rounds: short ? 1 : asForTable ? null : whole('rounds', rounds ?? `${DEFAULT_ROUNDS}`, 1),
    seed: whole('seed', seed ?? (report ? '1' : `${Date.now() % 1_000_000}`), 0),
    atOnce: whole('at-once', atOnce ?? `${AT_ONCE[log]}`, 1),
    ...{ json: flags.json, keep: flags.keep, list, report },
  };
}

const namedOnes = (log: LogName, names: readonly string[]): readonly Fault[] =>
  (names.length > 0 ? names : [DEFAULT_FAULT]).flatMap((name) => faultsFor(name, log));

/** One round of each fault that CI runs. */
function shortOnes(log: LogName, names: readonly string[]): readonly Fault[] {
  if (names.length > 0) throw new UsageError('--short says by itself which faults: leave --fault out');
  return faultsOn(log).filter(({ short }) => short);
}

function logNamed(name: string): LogName {
  if (name === 'postgres' || name === 'kafka') return name;
  throw new UsageError(`--log is to be postgres or kafka, not ${JSON.stringify(name)}`);
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        fault: { type: 'string', multiple: true },
        log: { type: 'string', default: 'postgres' },
        rounds: { type: 'string' },
        seed: { type: 'string' },
        'at-once': { type: 'string' },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        report: { type: 'boolean', default: false },
        short: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(withoutCredentials(error instanceof Error ? error.message : String(error)));
  }
}

/** The fault of a name, or those whose names begin as one that ends in `*`. */
function faultsFor(name: string, log: LogName): readonly Fault[] {
  const faults = faultsOn(log);
  const isMeant = (fault: Fault): boolean =>
    name.endsWith('*') ? fault.name.startsWith(name.slice(0, -1)) : fault.name === name;
  const found = faults.filter(isMeant);
  if (found.length > 0) return found;
  throw new UsageError(
    `there is no fault ${JSON.stringify(withoutCredentials(name))} on ${log}; there are: all, ${faults.map((one) => one.name).join(', ')}`,
  );
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least) return value;
  throw new UsageError(`--${name} is to be a whole number from ${least} to 999999999, not ${JSON.stringify(text)}`);
}
