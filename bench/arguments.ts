import { parseArgs } from 'node:util';
import { withoutCredentials } from '@mps-ledger/platform';
import type { Bench, RunOptions } from './contract';

export interface Arguments extends RunOptions {
  readonly benches: readonly Bench[];
  /** File for the results as JSON; null: none. */
  readonly json: string | null;
}

/** The command line is invalid; the message contains the error. */
export class UsageError extends Error {
  readonly code = 'usage';
  readonly exitCode = 2;
}

const LIMIT_SECONDS = 30;
const QUICK_LIMIT_SECONDS = 8;

/** Parses the command line after `node` and the script. Throws a UsageError. */
export function readArguments(words: readonly string[], benches: readonly Bench[]): Arguments {
  const { values, positionals } = parsed(words);
  const { quick = false, json = null, data = null } = values;
  return {
    benches: positionals.length === 0 ? benches : positionals.map((name) => named(name, benches)),
    rounds: whole('rounds', values.rounds ?? (quick ? '1' : '5'), 1, 100),
    events: whole('events', values.events ?? (quick ? '60000' : '300000'), 1_000, 100_000_000),
    quick,
    limitSeconds: quick ? QUICK_LIMIT_SECONDS : LIMIT_SECONDS,
    json,
    data,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        events: { type: 'string' },
        json: { type: 'string' },
        data: { type: 'string' },
        quick: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(withoutCredentials(error instanceof Error ? error.message : String(error)));
  }
}

function named(name: string, benches: readonly Bench[]): Bench {
  const found = benches.find((bench) => bench.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `there is no bench ${JSON.stringify(withoutCredentials(name))}; there are: ${benches.map((one) => one.name).join(', ')}`,
  );
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`--${name} is to be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}
