import { parseArgs } from 'node:util';
import type { Fault } from './fault';
import { FAULTS } from './faults';

export interface CrashOptions {
  readonly faults: readonly Fault[];
  /** Null: as many as each fault takes for the table. */
  readonly rounds: number | null;
  /** Of the first round. */
  readonly seed: number;
  readonly json: boolean;
  readonly list: boolean;
  readonly report: boolean;
}

/** The arguments are wrong; its message says how. */
export class UsageError extends Error {
  readonly code = 'usage';
}

const DEFAULT_FAULT = 'kill';
const DEFAULT_ROUNDS = 20;

/** Reads the arguments. Throws `UsageError`. */
export function parseOptions(args: readonly string[]): CrashOptions {
  const { fault: names = [], rounds, seed, json, list, report } = valuesOf(args);
  const all = names.includes('all') || (names.length === 0 && (report || list));
  return {
    faults: all ? FAULTS : (names.length > 0 ? names : [DEFAULT_FAULT]).map(faultFor),
    rounds: (report || all) && rounds === undefined ? null : whole('rounds', rounds ?? `${DEFAULT_ROUNDS}`, 1),
    seed: whole('seed', seed ?? (report ? '1' : `${Date.now() % 1_000_000}`), 0),
    ...{ json, list, report },
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        fault: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        report: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function faultFor(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `there is no fault ${JSON.stringify(name)}; there are: all, ${FAULTS.map((one) => one.name).join(', ')}`,
  );
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least) return value;
  throw new UsageError(`--${name} is to be a whole number from ${least} to 999999999, not ${JSON.stringify(text)}`);
}
