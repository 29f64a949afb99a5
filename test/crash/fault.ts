import type { Dice } from '@mps-ledger/testing';
import type { Load, LoadOptions } from './load';
import type { Planted } from './oracle';
import type { Target } from './targets/target';

/** One run of a fault with one seed, which decides the moment and the details. */
export interface Round {
  readonly seed: number;
  readonly dice: Dice;
  /** Counts a process that was killed. */
  killed(): void;
  /** Reports a record that the scenario itself put on the log: the verifier must find it, and nothing else. */
  planted(place: Planted): void;
  /** Reports a measurement: `figure('until the next acknowledgement', 3120, 'ms')`. */
  readonly figure: (name: string, value: number, unit: Figure['unit']) => void;
}

/** A measurement of a round. */
export interface Figure {
  readonly seed: number;
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MiB' | 'times';
}

/** A round with its running load. */
export interface LoadedRound extends Round {
  readonly load: Load;
}

/** The driver of the event log of the system under test. */
export type LogName = 'postgres' | 'kafka';

export interface FaultSpec<T extends Target> {
  /** Name for `--fault` and the table; unique for a log. */
  readonly name: string;
  /** Default `postgres`. */
  readonly log?: LogName;
  /** Description in the table, in one line. */
  readonly what: string;
  /** Number of seeds for the table. */
  readonly seeds: number;
  /** One ledger for all seeds, verified at the end, or one for each seed, verified each time. Default `shared`. */
  readonly ledger?: 'shared' | 'fresh';
  /** What decides the verdict: the verifier, or only the checks in `strike`, if the fault loses data by definition. Default `verifier`. */
  readonly oracle?: 'verifier' | 'strike';
  /** Whether it is one of the short series that CI runs, one round of each. Default false. */
  readonly short?: boolean;
  /** Options of the load. Default: those of the load itself. */
  readonly load?: LoadOptions;
  /** Creates the system under test in a folder, and starts only its database. */
  readonly make: (folder: string) => Promise<T>;
  /** Before the load begins. Default: starts it. */
  readonly prepare?: (target: T, round: Round) => Promise<void>;
  /** Injects the fault under load. Resolves when it is undone, after which the system has to recover automatically. */
  readonly strike: (target: T, round: LoadedRound) => Promise<void>;
}

/** A fault with the system under test. */
export interface OpenFault {
  readonly target: Target;
  prepare(round: Round): Promise<void>;
  strike(round: LoadedRound): Promise<void>;
}

/** A kind of fault to inject; a seed decides the moment and the details. */
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
