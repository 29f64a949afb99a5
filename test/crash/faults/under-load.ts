import { eventually } from '@mps-ledger/spec-kit';
import { makeFault, type Fault, type FaultSpec } from '../fault';
import type { RunningProgram, Variables } from '../programs';
import { promised } from '../promises';
import type { Target } from '../targets/target';
import { armed, untilDead } from './armed';

/** A program of a target that is to die. */
export interface Victim<T extends Target> {
  /** Starts it anew with these variables, and what else does not run, and waits until all are ready. */
  restart(target: T, variables: Variables): Promise<void>;
  /** The one that was started last. */
  program(target: T): RunningProgram;
}

export interface UnderLoad<T extends Target> extends Pick<
  FaultSpec<T>,
  'name' | 'log' | 'what' | 'seeds' | 'load' | 'make'
> {
  /** Default: the fault's name. */
  readonly failpoint?: string;
  /** It dies at the first passing of the failpoint up to this one, as the seed decides. */
  readonly passings: number;
  readonly victim: Victim<T>;
}

/** Dies at a failpoint under load, is started again. */
export function underLoad<T extends Target>(spec: UnderLoad<T>): Fault {
  const { failpoint = spec.name, passings, victim, ...rest } = spec;
  return makeFault({
    ...rest,
    what: `${spec.what}; at one of the first ${passings} passings`,
    async prepare(target, { dice }) {
      // It begins again with what it did last, so that it may die before it is ready.
      await victim.restart(target, armed(failpoint, dice.between(1, passings))).catch((error: unknown) => {
        if (victim.program(target).isRunning()) throw error;
      });
    },
    async strike(target, round) {
      const program = victim.program(target);
      await eventually(() => !program.isRunning() || round.load.isOver(), { timeoutMs: 120_000 });
      promised(!program.isRunning(), `${failpoint} was not passed so often under this load`);
      await untilDead(program, failpoint, round);
      await target.start();
    },
  });
}
