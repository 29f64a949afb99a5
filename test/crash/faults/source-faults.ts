import { setTimeout as pause } from 'node:timers/promises';
import { PROGRAM_QUEUE_HIDES_SECONDS, type Dice, type ProgramQueue, type QueueFaultKind } from '@mps-ledger/testing';
import { makeFault, type Fault, type LoadedRound, type LogName } from '../fault';
import type { LoadOptions } from '../load';
import { killProgram } from '../programs';
import type { QueueTarget, SourceTarget } from '../targets/sources';
import { underLoad, type Victim } from './under-load';

const SEEDS = 10;

/** What the faults of one source on one log have in common. */
export interface Ground<T extends SourceTarget> {
  /** Before the name of each. */
  readonly prefix: string;
  /** The source in words. */
  readonly source: string;
  readonly log: LogName;
  readonly load?: LoadOptions;
  readonly make: (folder: string) => Promise<T>;
}

type Strike<T extends SourceTarget> = (target: T, round: LoadedRound) => Promise<void>;

export async function someMoment(target: SourceTarget, round: LoadedRound): Promise<void> {
  await target.underWay(round);
  await pause(round.dice.between(0, 1_200));
}

/** `what`: with `{source}` for the source in words. */
export function sourceFault<T extends SourceTarget>(
  { prefix, source, ...ground }: Ground<T>,
  name: string,
  what: string,
  strike: Strike<T>,
): Fault {
  return makeFault({
    ...ground,
    name: `${prefix}${name}`,
    what: what.replace('{source}', source),
    seeds: SEEDS,
    strike,
  });
}

const RECEIVER: Victim<SourceTarget> = {
  restart: (target, variables) => target.restart(variables),
  program: (target) => target.receiver(),
};

/** Dies at a step of receiving, is started again. */
export function atStep<T extends SourceTarget>(
  { prefix, source, ...ground }: Ground<T>,
  [failpoint, what, passings]: readonly [failpoint: string, what: string, passings: number],
): Fault {
  const name = `${prefix}${failpoint.replace('source-', '')}`;
  return underLoad({
    ...ground,
    ...{ name, failpoint, passings, seeds: SEEDS, victim: RECEIVER },
    what: what.replace('{source}', source),
  });
}

export function killed<T extends SourceTarget>(ground: Ground<T>): Fault {
  const what = 'SIGKILL of the program at one to three random moments while it receives from {source}';
  return sourceFault(ground, 'killed', what, async (target, round) => {
    for (let times = round.dice.between(1, 3); times > 0; times -= 1) {
      await someMoment(target, round);
      await killProgram(target.receiver());
      round.killed();
      await target.start();
    }
  });
}

/** `cut`: takes the log away, and waits until the same programs are ready again. */
export function logAway<T extends SourceTarget>(ground: Ground<T>, server: string, cut: Strike<T>): Fault {
  const what = `SIGKILL of ${server} while messages are received from {source}: the log is away for as long as it takes to start again`;
  return sourceFault(ground, 'log-away', what, async (target, round) => {
    await someMoment(target, round);
    await cut(target, round);
  });
}

export function handlesExpired<T extends QueueTarget>(ground: Ground<T>): Fault {
  const what =
    'the program is stopped (SIGSTOP) until the handles of what it received from {source} are no longer valid, twice';
  return sourceFault(ground, 'handles-expired', what, async (target, round) => {
    for (let times = 2; times > 0; times -= 1) {
      await someMoment(target, round);
      target.receiver().signal('SIGSTOP');
      await pause(PROGRAM_QUEUE_HIDES_SECONDS * 1_000 + round.dice.between(0, 500));
      target.receiver().signal('SIGCONT');
    }
  });
}

/** What any queue, or something before it, may answer. */
const TROUBLES: readonly QueueFaultKind[] = [
  { kind: 'html' },
  { kind: 'html', status: 200 },
  { kind: 'reset' },
  { kind: 'lost-answer' },
  { kind: 'truncated' },
  { kind: 'cut-json' },
  { kind: 'slow', ms: 1_000 },
  { kind: 'partial-delete', failing: 3 },
  { kind: 'answer', body: '{"code":0}' },
  { kind: 'answer', body: 'null' },
];

function plantTroubles(queue: ProgramQueue, codes: readonly (number | string)[], dice: Dice): void {
  const troubles = [...codes.map((code) => ({ kind: 'code', code }) as const), ...TROUBLES];
  for (let count = dice.between(10, 25); count > 0; count -= 1) {
    const fault = troubles[dice.between(0, troubles.length - 1)];
    const request = dice.chance(0.5) ? 'receive' : 'delete';
    if (fault !== undefined) queue.fault(fault, fault.kind === 'partial-delete' ? 'delete' : request);
  }
}

/** `codes`: errors of this queue that pass. */
export function queueTroubled<T extends QueueTarget>(ground: Ground<T>, codes: readonly (number | string)[]): Fault {
  const what =
    'ten to 25 polls and deletes of {source} are answered by errors, pages, resets, lost, cut, slow, partial and senseless answers';
  return sourceFault(ground, 'queue-troubled', what, async (target, round) => {
    plantTroubles(target.queue, codes, round.dice);
    await someMoment(target, round);
  });
}

export function keyRotated<T extends QueueTarget>(ground: Ground<T>): Fault {
  const what =
    'the key of {source} is wrong for some seconds, so that the source stops, and is tried again after a minute';
  return sourceFault(ground, 'key-rotated', what, async (target, round) => {
    await someMoment(target, round);
    target.queue.setKeyRight(false);
    await pause(round.dice.between(3_500, 6_000));
    target.queue.setKeyRight(true);
  });
}
