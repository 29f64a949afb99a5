import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { stateOf } from '@mps-ledger/testing';
import { onDatabase } from '../database';
import { makeFault, type LoadedRound, type Round } from '../fault';
import { killProgram } from '../programs';
import { promised } from '../promises';
import { makeApps, type AppsTarget } from '../targets/apps';

const apps = (folder: string): Promise<AppsTarget> => makeApps({ folder });

const OURS = `"group" LIKE 'mps-ledger.project.%'`;

/** Gives partitions away under their owner, who goes on with them until it looks around again. */
const TAKE_AWAY = `UPDATE ledger_log.claim SET owner = NULL, epoch = epoch + 1 WHERE ${OURS} AND partition = ANY($1)`;

/** In how many groups somebody who is not the only owner owns something, or nobody does. */
const SHARED = `
  SELECT count(*)::integer AS groups FROM (
    SELECT FROM ledger_log.claim WHERE ${OURS} GROUP BY "group"
    HAVING count(DISTINCT owner) > 1 OR count(*) > count(owner)
  ) AS shared`;

async function bothRun(target: AppsTarget): Promise<void> {
  await target.start();
  await target.startApp('projector-2');
}

/** Takes some partitions away, again and again; then one of the two projectors is killed and comes back. */
async function fightOver(target: AppsTarget, round: LoadedRound): Promise<void> {
  const { dice, load } = round;
  await load.sent(1);
  await onDatabase(target, async (client) => {
    for (let times = dice.between(4, 10); times > 0; times -= 1) {
      const taken = Array.from({ length: 12 }, (_, partition) => partition).filter(() => dice.chance(0.5));
      await client.query(TAKE_AWAY, [taken]);
      await pause(dice.between(50, 500));
    }
  });
  const victim = dice.chance(0.5) ? 'projector' : 'projector-2';
  const program = target.app(victim);
  if (program !== null) await killProgram(program);
  round.killed();
  await target.startApp(victim);
}

/** Stands still, in the middle of a batch or anywhere, until the other one owns everything; then goes on as if nothing had been. */
async function pauseOne(target: AppsTarget, round: LoadedRound): Promise<void> {
  const { dice, load } = round;
  const paused = target.app('projector');
  promised(paused?.isRunning() === true, 'the projector ended at its start');
  if (!isInBatch(round)) {
    await load.sent(1);
    await pause(dice.between(0, 500));
    paused.signal('SIGSTOP');
  }
  await eventually(() => stateOf(paused.pid) === 'T', { what: 'the projector standing still', timeoutMs: 60_000 });
  try {
    await onDatabase(target, async (client) => {
      const others = async () => (await client.query<{ groups: number }>(SHARED)).rows[0]?.groups === 0;
      await eventually(others, { what: 'the other projector taking everything over', timeoutMs: 60_000 });
    });
    await pause(dice.between(0, 500));
  } finally {
    paused.signal('SIGCONT');
  }
  await bothRun(target);
}

/** Whether it stops itself in the middle of a batch, with its locks; else it is stopped wherever it is. */
const isInBatch = ({ seed }: Round): boolean => seed % 2 === 1;

export const PROJECTOR_FAULTS = [
  makeFault({
    name: 'two-projectors',
    what: 'two projectors; partitions are given away under their owner four to ten times, so that both work on one, then one is killed',
    seeds: 10,
    make: apps,
    prepare: bothRun,
    strike: fightOver,
  }),
  makeFault({
    name: 'paused-projector',
    what: 'one of two projectors is stopped by SIGSTOP, in the middle of a batch in half of the rounds, until its lease is over and the other owns everything, then continues',
    seeds: 5,
    make: apps,
    async prepare(target, round) {
      await target.stop();
      const armed = { NODE_ENV: 'test', FAILPOINTS: `projector.in-batch=stop@${round.dice.between(1, 12)}` };
      await target.startApp('projector', isInBatch(round) ? armed : {});
      await bothRun(target);
    },
    strike: pauseOne,
  }),
];
