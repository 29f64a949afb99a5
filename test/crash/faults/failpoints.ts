import { setTimeout as pause } from 'node:timers/promises';
import { DATA_FOLDER_FAILPOINTS, SETUP_FAILPOINTS } from '../../../apps/standalone/failpoints';
import { makeFault, type Fault, type LoadedRound } from '../fault';
import { makeStandalone, type StandaloneTarget } from '../targets/standalone';
import { armed, untilDead } from './armed';
import { underLoad, type Victim } from './under-load';

const SEEDS = 10;

const standalone = (folder: string): Promise<StandaloneTarget> => makeStandalone({ folder });

const PROGRAM: Victim<StandaloneTarget> = {
  async restart(target, variables) {
    await target.stop();
    await target.start(variables);
  },
  program: (target) => target.program(),
};

const dies = (name: string, what: string, passings: number): Fault =>
  underLoad({ name, what, passings, seeds: SEEDS, make: standalone, victim: PROGRAM });

/** Dies at its first start, is started again. */
function atFirstStart(name: string, what: string, passings: number): Fault {
  return makeFault({
    name,
    what,
    seeds: SEEDS,
    ledger: 'fresh',
    make: standalone,
    async prepare(target, round) {
      await untilDead(target.begin(armed(name, round.dice.between(1, passings))), name, round);
      await target.start();
    },
    strike: () => Promise.resolve(),
  });
}

const CLOSING = 'shutdown.closing';
/** Steps of closing that the standalone program has. */
const CLOSING_STEPS = 6;

async function dieWhileClosing(target: StandaloneTarget, round: LoadedRound): Promise<void> {
  await round.load.sent(1);
  await pause(round.dice.between(0, 1_000));
  const program = target.program();
  program.signal('SIGTERM');
  await untilDead(program, CLOSING, round);
  await target.start();
}

const [MAKING, MADE, IN_PLACE] = DATA_FOLDER_FAILPOINTS;
const [MIGRATING, ADOPTING] = SETUP_FAILPOINTS;

export const FAILPOINT_FAULTS = [
  dies('ingest.before-append', 'dies with a notification received and not yet appended', 100),
  dies('ingest.after-append', 'dies with a notification appended and not yet answered', 100),
  dies('derive.after-append', 'dies with events appended and the progress of deriving not yet committed', 30),
  dies('projector.in-batch', 'dies in the middle of a batch, rows written and not yet committed', 30),
  dies('projector.after-transaction', 'dies with rows committed and the group’s progress not', 30),
  dies('derive.rebalance', 'dies while it takes partitions to derive from over', 12),
  dies('projector.rebalance', 'dies while it takes partitions to project over', 24),
  makeFault({
    name: CLOSING,
    what: `dies during shutdown, before one of its ${CLOSING_STEPS} steps`,
    seeds: SEEDS,
    make: standalone,
    async prepare(target, { dice }) {
      await target.stop();
      await target.start(armed(CLOSING, dice.between(1, CLOSING_STEPS)));
    },
    strike: dieWhileClosing,
  }),
  atFirstStart(MAKING, 'dies during the first initialisation of the data folder, while initdb is running', 1),
  atFirstStart(MADE, 'dies when the data folder is created and not in its place', 1),
  atFirstStart(IN_PLACE, 'dies when the data folder is in its place and nothing was started', 1),
  atFirstStart(MIGRATING, 'dies before one of the first 25 statements of the migration', 25),
  atFirstStart(ADOPTING, 'dies when log and tables are created and the rows belong to no log yet', 1),
];
