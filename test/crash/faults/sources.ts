import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { DOUBLE_SECRET, type Dice, type QueueFaultKind } from '@mps-ledger/testing';
import { makeFault, type Fault, type LoadedRound } from '../fault';
import { killProgram } from '../programs';
import { promised } from '../promises';
import { makeQueueTarget, VISIBILITY_SECONDS, type QueueTarget } from '../targets/queue';
import { untilReady } from '../targets/target';
import { armed, untilDead } from './armed';

const SEEDS = 10;

/** Waits until some of the load's messages were delivered. */
async function underWay(target: QueueTarget, round: LoadedRound): Promise<void> {
  const before = target.delivered();
  await eventually(() => target.delivered() > before || round.load.isOver(), { timeoutMs: 120_000 });
  await pause(round.dice.between(0, 1_200));
}

function sourceFault(
  name: string,
  what: string,
  strike: (target: QueueTarget, round: LoadedRound) => Promise<void>,
): Fault {
  return makeFault({ name, what, seeds: SEEDS, make: makeQueueTarget, strike });
}

/** Dies at a step of receiving from the queue, is started again. */
function atStep(name: string, what: string, passings: number): Fault {
  return makeFault({
    name,
    what: `${what}; at one of the first ${passings} passings`,
    seeds: SEEDS,
    make: makeQueueTarget,
    async prepare(target, { dice }) {
      await target.stop();
      await target.start(armed(name, dice.between(1, passings)));
    },
    async strike(target, round) {
      const program = target.program();
      // The load is over only when all of it is visible.
      await eventually(() => !program.isRunning() || round.load.isOver(), { timeoutMs: 120_000 });
      promised(!program.isRunning(), `${name} was not passed so often under this load`);
      await untilDead(program, name, round);
      await target.start();
    },
  });
}

/** What a queue, or something before it, may answer. */
const TROUBLES: readonly QueueFaultKind[] = [
  { kind: 'code', code: 4420 },
  { kind: 'code', code: 4480 },
  { kind: 'code', code: 6000 },
  { kind: 'code', code: 6050 },
  { kind: 'code', code: 6070 },
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

function plantTroubles(target: QueueTarget, dice: Dice): void {
  for (let count = dice.between(10, 25); count > 0; count -= 1) {
    const fault = TROUBLES[dice.between(0, TROUBLES.length - 1)];
    const action = dice.chance(0.5) ? 'BatchReceiveMessage' : 'BatchDeleteMessage';
    if (fault !== undefined)
      target.cmq.fault({ ...fault, action: fault.kind === 'partial-delete' ? 'BatchDeleteMessage' : action });
  }
}

/** Of a source that is a queue. All on the log in Postgres: a source sees only the port of the log. */
export const SOURCE_FAULTS = [
  sourceFault(
    'source-killed',
    'SIGKILL of the program at one to three random moments while it receives from a queue',
    async (target, round) => {
      for (let times = round.dice.between(1, 3); times > 0; times -= 1) {
        await underWay(target, round);
        await killProgram(target.program());
        round.killed();
        await target.start();
      }
    },
  ),
  atStep('source-queue.received', 'dies with messages received and not yet on the log', 10),
  atStep('source-queue.before-delete', 'dies with messages on the log and not yet deleted from the queue', 10),
  atStep('source-queue.after-delete', 'dies with messages just deleted from the queue', 10),
  sourceFault(
    'source-log-away',
    'SIGKILL of Postgres while messages are received: the log is away for as long as it takes to start again',
    async (target, round) => {
      await underWay(target, round);
      process.kill(target.postgresPid(), 'SIGKILL');
      round.killed();
      await untilReady(target.api, target.program());
    },
  ),
  sourceFault(
    'source-handles-expired',
    'the program is stopped (SIGSTOP) until the handles of what it received are no longer valid, twice',
    async (target, round) => {
      for (let times = 2; times > 0; times -= 1) {
        await underWay(target, round);
        target.program().signal('SIGSTOP');
        await pause(VISIBILITY_SECONDS * 1_000 + round.dice.between(0, 500));
        target.program().signal('SIGCONT');
      }
    },
  ),
  sourceFault(
    'source-queue-troubled',
    'ten to 25 polls and deletes are answered by errors, pages, resets, lost, cut, slow, partial and senseless answers',
    async (target, round) => {
      plantTroubles(target, round.dice);
      await underWay(target, round);
    },
  ),
  sourceFault(
    'source-key-rotated',
    'the key is wrong for some seconds, so that the source stops, and is tried again after a minute',
    async (target, round) => {
      await underWay(target, round);
      target.cmq.setSecrets({ [DOUBLE_SECRET.id]: 'another key' });
      await pause(round.dice.between(3_500, 6_000));
      target.cmq.setSecrets({ [DOUBLE_SECRET.id]: DOUBLE_SECRET.key });
    },
  ),
];
