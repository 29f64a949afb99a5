import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import type { Dice } from '@mps-ledger/testing';
import { makeFault } from '../fault';
import { killProgram } from '../programs';
import { makeForwardingTarget, type ForwardingTarget } from '../targets/forwarding';
import { armed, untilDead } from './armed';

const SEEDS = 10;

/** One in ten requests fails, by a status, a reset, or no answer until the program gives up. */
function makeTrouble({ handler }: ForwardingTarget, dice: Dice): void {
  handler.answer = (response) => {
    if (!dice.chance(0.1)) return void response.end();
    if (dice.chance(0.3)) return void response.destroy();
    response.writeHead([302, 429, 500, 503][dice.between(0, 3)] ?? 500, { 'retry-after': '0' }).end();
  };
}

/** Of `forward_to`: after each round the handler has the bytes of every raw record, and got them in order. */
export const FORWARDING_FAULTS = [
  makeFault({
    name: 'forward-killed',
    what: 'SIGKILL of the program at one to three random moments while it forwards to a handler that fails one in ten requests and is away for up to two seconds',
    seeds: SEEDS,
    make: makeForwardingTarget,
    async strike(target, round) {
      makeTrouble(target, round.dice);
      for (let times = round.dice.between(1, 3); times > 0; times -= 1) {
        const before = target.handler.got.length;
        await eventually(() => target.handler.got.length > before || round.load.isOver(), { timeoutMs: 120_000 });
        await pause(round.dice.between(0, 1_200));
        await target.handler.stop();
        await killProgram(target.program());
        round.killed();
        await pause(round.dice.between(0, 2_000));
        await target.handler.start();
        await target.start();
      }
    },
  }),
  makeFault({
    name: 'forward.after-post',
    what: 'dies with a notification accepted by the handler and not yet committed; at one of the first 20 passings',
    seeds: SEEDS,
    make: makeForwardingTarget,
    async prepare(target, { dice }) {
      await target.stop();
      await target.start(armed('forward.after-post', dice.between(1, 20)));
    },
    async strike(target, round) {
      await untilDead(target.program(), 'forward.after-post', round);
      await target.start();
    },
  }),
];
