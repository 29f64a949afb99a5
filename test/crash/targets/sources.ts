import { eventually } from '@mps-ledger/spec-kit';
import type { ProgramQueue } from '@mps-ledger/testing';
import type { LoadedRound } from '../fault';
import type { RunningProgram, Variables } from '../programs';
import { makeStandalone, type StandaloneTarget } from './standalone';
import type { Target } from './target';

/** A system to which the load comes by a source, of which one program receives. */
export interface SourceTarget extends Target {
  /** The program that receives, as it was started last. */
  receiver(): RunningProgram;
  /** Starts it anew with these variables, and what else does not run. */
  restart(variables: Variables): Promise<void>;
  /** Resolves when some of the load was received. */
  underWay(round: LoadedRound): Promise<void>;
}

/** The source is a queue. */
export interface QueueTarget extends SourceTarget {
  readonly queue: ProgramQueue;
}

/** A system whose receiver has these settings. */
export type MakeReceiver<T extends Receiver = Receiver> = (folder: string, settings: Variables) => Promise<T>;

type Receiver = Target & Pick<SourceTarget, 'receiver' | 'restart'>;

/** The standalone program. */
export const standaloneReceiver: MakeReceiver<Receiver & StandaloneTarget> = async (folder, settings) => {
  const target = await makeStandalone({ folder, settings });
  return {
    ...target,
    receiver: () => target.program(),
    async restart(variables) {
      await target.stop();
      await target.start(variables);
    },
  };
};

/** The simulator sends to a queue, which the receiver polls. */
export const withQueue =
  <T extends Receiver>(startQueue: () => Promise<ProgramQueue>, make: MakeReceiver<T>) =>
  async (folder: string): Promise<T & QueueTarget> => {
    const queue = await startQueue();
    const target = await make(folder, queue.settings);
    const isEmpty = async (): Promise<boolean> => (await queue.remaining()) === 0;
    return {
      ...target,
      queue,
      way: queue.way,
      async underWay(round) {
        const before = queue.delivered();
        await eventually(() => queue.delivered() > before || round.load.isOver(), { timeoutMs: 120_000 });
      },
      received: () => eventually(isEmpty, { timeoutMs: 120_000, what: 'an empty queue' }).then(() => undefined),
      async close() {
        await target.close();
        await queue.close();
      },
    };
  };
