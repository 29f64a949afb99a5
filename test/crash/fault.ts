import type { Dice } from '@mps-ledger/testing';
import type { Load, LoadOptions } from './load';
import type { Planted } from './oracle';
import type { Target } from './targets/target';

/** One seed of a fault: the harm is done once, at a moment and in a way that the seed decides. */
export interface Round {
  readonly seed: number;
  readonly dice: Dice;
  /** Counts a process that was killed. */
  killed(): void;
  /** Says what the scenario itself put on the log: the verifier must name it, and nothing else. */
  planted(place: Planted): void;
  /** Says what was measured: `figure('until the next acknowledgement', 3120, 'ms')`. */
  readonly figure: (name: string, value: number, unit: Figure['unit']) => void;
}

/** Something that a round measured. */
export interface Figure {
  readonly seed: number;
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MiB' | 'times';
}

/** A round with its load under way. */
export interface LoadedRound extends Round {
  readonly load: Load;
}

/** Where the event log of the system under test is. */
export type LogName = 'postgres' | 'kafka';

export interface FaultSpec<T extends Target> {
  /** For `--fault`, and in the table; another one's than those of the same log. */
  readonly name: string;
  /** Default `postgres`. */
  readonly log?: LogName;
  /** In the table: what is done, in one line. */
  readonly what: string;
  /** How many seeds the table takes. */
  readonly seeds: number;
  /** One ledger for all seeds, verified at the end, or one for each seed, verified each time. Default `shared`. */
  readonly ledger?: 'shared' | 'fresh';
  /** What says whether all is as promised: the verifier, or, where data is lost by definition, the strike alone. Default `verifier`. */
  readonly oracle?: 'verifier' | 'strike';
  /** Whether it is one of the short series that CI runs, one round of each. Default false. */
  readonly short?: boolean;
  /** Default: the load's own. */
  readonly load?: LoadOptions;
  /** Makes the system under test in a folder, and starts nothing of it but a database. */
  readonly make: (folder: string) => Promise<T>;
  /** Before the load begins. Default: starts it. */
  readonly prepare?: (target: T, round: Round) => Promise<void>;
  /** Does the harm under load. Resolves once it is undone and the system is to be well again by itself. */
  readonly strike: (target: T, round: LoadedRound) => Promise<void>;
}

/** A fault and a system to do it to. */
export interface OpenFault {
  readonly target: Target;
  prepare(round: Round): Promise<void>;
  strike(round: LoadedRound): Promise<void>;
}

/** A way to do harm, with a moment and details that a seed decides. */
export interface Fault extends Pick<FaultSpec<Target>, 'name' | 'what' | 'seeds' | 'load'> {
  readonly log: LogName;
  readonly ledger: 'shared' | 'fresh';
  readonly oracle: 'verifier' | 'strike';
  readonly short: boolean;
  open(folder: string): Promise<OpenFault>;
}

export function makeFault<T extends Target>(spec: FaultSpec<T>): Fault {
  const { name, what, seeds, load, log = 'postgres' } = spec;
  const { ledger = 'shared', oracle = 'verifier', short = false } = spec;
  return {
    ...{ name, what, seeds, log, ledger, oracle, short },
    ...(load !== undefined && { load }),
    async open(folder) {
      const target = await spec.make(folder);
      return {
        target,
        prepare: (round) => spec.prepare?.(target, round) ?? target.start(),
        strike: (round) => spec.strike(target, round),
      };
    },
  };
}
