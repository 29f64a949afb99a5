import { setTimeout as pause } from 'node:timers/promises';
import { makeFault, type Round } from '../fault';
import { killProgram } from '../programs';
import { promised } from '../promises';
import { makeStandalone, type StandaloneTarget } from '../targets/standalone';
import { untilReady } from '../targets/target';

/** Within this time of the load's first answers. */
const MOMENT_MS = 1_200;

/** The whole of a start on a machine that has nothing else to do takes about as long. */
const START_MS = 900;
const FIRST_START_MS = 4_000;

const standalone = (folder: string): Promise<StandaloneTarget> => makeStandalone({ folder });

async function kill(target: StandaloneTarget, round: Round, who: 'program' | 'postgres' | 'both'): Promise<void> {
  const program = target.program();
  if (who !== 'program') {
    process.kill(target.postgresPid(), 'SIGKILL');
    round.killed();
  }
  if (who === 'postgres') return untilReady(target.api, program);
  await killProgram(program);
  round.killed();
  if (round.dice.chance(0.25)) await killAgain(target, round, START_MS);
  await target.start();
}

/** Starts it and kills it at some moment of its start. */
async function killAgain(target: StandaloneTarget, round: Round, withinMs: number): Promise<void> {
  const program = target.begin();
  await pause(round.dice.between(0, withinMs));
  promised(program.isRunning(), 'the program ended at its start');
  await killProgram(program);
  round.killed();
}

export const KILLS = [
  makeFault({
    name: 'kill',
    what: 'SIGKILL at a random moment: of the standalone program in half of the rounds, of its Postgres in a quarter, of both in a quarter; sometimes once more during the start that follows',
    seeds: 60,
    make: standalone,
    async strike(target, round) {
      await round.load.sent(1);
      await pause(round.dice.between(0, MOMENT_MS));
      const [first, second] = [round.dice.chance(0.5), round.dice.chance(0.5)];
      await kill(target, round, first ? 'program' : second ? 'postgres' : 'both');
    },
  }),
  makeFault({
    name: 'kill-first-start',
    what: 'SIGKILL at one to three random moments of the first start on an empty data folder, one after the other',
    seeds: 10,
    ledger: 'fresh',
    make: standalone,
    async prepare(target, round) {
      for (let times = round.dice.between(1, 3); times > 0; times -= 1) await killAgain(target, round, FIRST_START_MS);
      await target.start();
    },
    strike: () => Promise.resolve(),
  }),
];
