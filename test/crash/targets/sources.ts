import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { NoKafka, type ProgramQueue } from '@mps-ledger/testing';
import type { LoadedRound } from '../fault';
import type { RunningProgram, Variables } from '../programs';
import { NotProvoked, promised } from '../promises';
import type { KafkaAppsOptions, KafkaAppsTarget } from './kafka-apps';
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

/** Ingest of apps on Kafka. */
export const kafkaReceiver =
  <T extends KafkaAppsTarget>(make: (options: KafkaAppsOptions) => Promise<T>): MakeReceiver<Receiver & T> =>
  async (folder, settings) => {
    const target = await make({ folder, settings });
    return {
      ...target,
      receiver() {
        const ingest = target.app('ingest');
        promised(ingest !== null, 'ingest was not started');
        return ingest;
      },
      async restart(variables) {
        await Promise.all([target.startApp('query'), target.startApp('projector'), target.stopApp('ingest')]);
        await target.startApp('ingest', variables);
      },
    };
  };

/** The simulator sends to a queue, which the receiver polls. Making it rejects with `NotProvoked` where the queue cannot run. */
export const withQueue =
  <T extends Receiver>(startQueue: () => Promise<ProgramQueue>, make: MakeReceiver<T>) =>
  async (folder: string): Promise<T & QueueTarget> => {
    const queue = await startQueue().catch((error: unknown) => {
      throw error instanceof NoKafka ? new NotProvoked(error.message) : error;
    });
    const target = await make(folder, queue.settings).catch(async (error: unknown) => {
      await queue.close();
      throw error;
    });
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

const TOPIC_PATH = 'pushed-by-a-topic';

/** The simulator pushes as a topic of CMQ does, to a source of that kind. */
export const withTopic =
  <T extends Receiver>(make: MakeReceiver<T>) =>
  async (folder: string): Promise<T & SourceTarget> => {
    const file = join(folder, 'sources.json');
    writeFileSync(file, JSON.stringify({ sources: [{ id: 'topic', kind: 'cmq-topic', path: TOPIC_PATH }] }));
    const target = await make(folder, { SOURCES_FILE: file });
    return {
      ...target,
      way: { via: 'topic', to: new URL(TOPIC_PATH, target.callbacks).href },
      underWay: (round) => round.load.sent(1),
    };
  };
