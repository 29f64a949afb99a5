import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { KAFKA_SETUP_FAILPOINTS, SETUP_FAILPOINTS } from '../../../../apps/standalone/failpoints';
import { makeFault, type Fault, type LoadedRound, type Round } from '../../fault';
import type { RunningProgram, Variables } from '../../programs';
import { promised } from '../../promises';
import { beginSetup, runSetup, type AppKind, type AppName } from '../../targets/app-programs';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { armed, untilDead } from '../armed';
import { underLoad, type Victim } from '../under-load';
import { SHORT, STEADY } from './load';

const make = (folder: string): Promise<KafkaAppsTarget> => makeKafkaApps({ folder });

/** Starts one anew, armed. It may die before it is ready: it begins again with what it did last. */
async function startArmed(target: KafkaAppsTarget, name: AppName, variables: Variables): Promise<void> {
  await target.stopApp(name);
  await target.startApp(name, variables).catch((error: unknown) => {
    if (target.app(name)?.isRunning() === true) throw error;
  });
}

function programOf(target: KafkaAppsTarget, name: AppName): RunningProgram {
  const program = target.app(name);
  promised(program !== null, `${name} was not started`);
  return program;
}

const died = (target: KafkaAppsTarget, kind: AppName, name: string, round: Round): Promise<void> =>
  untilDead(programOf(target, kind), name, round);

/** The program of a kind. */
const oneOf = (kind: AppKind): Victim<KafkaAppsTarget> => ({
  restart: async (target, variables) => {
    await Promise.all([startArmed(target, kind, variables), startOthers(target, kind)]);
  },
  program: (target) => programOf(target, kind),
});

function dies(kind: AppKind, name: string, what: string, [seeds, passings]: readonly [number, number]): Fault {
  return underLoad({ name, what, seeds, passings, log: 'kafka', load: SHORT, make, victim: oneOf(kind) });
}

async function startOthers(target: KafkaAppsTarget, kind: AppKind): Promise<void> {
  const others = (['ingest', 'query', 'projector'] as const).filter((other) => other !== kind);
  await Promise.all(others.map((other) => target.startApp(other)));
}

const CLOSING = 'shutdown.closing';

/** `steps`: of closing that the program has. */
function whileClosing(kind: AppKind, steps: number, seeds: number): Fault {
  return makeFault({
    name: `${CLOSING}.${kind}`,
    log: 'kafka',
    what: `${kind} dies during shutdown, before one of its ${steps} steps`,
    ...{ seeds, load: SHORT, make },
    async prepare(target, { dice }) {
      await Promise.all([startArmed(target, kind, armed(CLOSING, dice.between(1, steps))), startOthers(target, kind)]);
    },
    async strike(target, round) {
      await round.load.sent(1);
      await pause(round.dice.between(0, 600));
      target.app(kind)?.signal('SIGTERM');
      await died(target, kind, CLOSING, round);
      await target.start();
    },
  });
}

/** Setup dies on empty brokers and an empty database, and is run again. */
function inSetup(name: string, what: string, [seeds, passings]: readonly [number, number]): Fault {
  return makeFault({
    name,
    log: 'kafka',
    what,
    ...{ seeds, load: SHORT, ledger: 'fresh' as const },
    make: (folder) => makeKafkaApps({ folder, setUp: false }),
    async prepare(target, round) {
      const { setupVariables, folder } = target;
      const variables = { ...setupVariables, ...armed(name, round.dice.between(1, passings)) };
      await untilDead(beginSetup(variables, folder), name, round);
      await runSetup(setupVariables, folder);
      await target.start();
    },
    strike: () => Promise.resolve(),
  });
}

/** How often the third instance comes or goes until the armed one has died. */
const CHANGES = 20;

/** Two instances; a third one comes and goes, until the second one dies giving partitions up or taking them over. */
function inRebalance(kind: 'ingest' | 'projector', name: string, [seeds, most]: readonly [number, number]): Fault {
  const [second, third]: readonly [AppName, AppName] = [`${kind}-2`, `${kind}-3`];
  return makeFault({
    name,
    log: 'kafka',
    what: `two instances of ${kind}, and a third one that comes and goes; one dies while it gives partitions up or takes them over, at one of the first ${most} passings`,
    ...{ seeds, load: STEADY, make },
    async prepare(target, { dice }) {
      await Promise.all([target.start(), target.stopApp(third)]);
      await startArmed(target, second, armed(name, dice.between(1, most)));
    },
    async strike(target, round) {
      await round.load.sent(1);
      const isDead = () => target.app(second)?.isRunning() === false;
      for (let change = 1; change <= CHANGES && !isDead(); change += 1) {
        if (target.app(third)?.isRunning() === true) await target.stopApp(third);
        else await target.startApp(third);
        await someTime(isDead, round);
      }
      promised(isDead(), `${name} was not passed so often in ${CHANGES} rebalances`);
      await died(target, second, name, round);
    },
  });
}

/** For the group to come to rest, or not quite. */
async function someTime(isDead: () => boolean, { dice }: LoadedRound): Promise<void> {
  const timeoutMs = dice.between(200, 2_000);
  await eventually(isDead, { timeoutMs }).catch(() => undefined);
}

const [MIGRATING, ADOPTING] = SETUP_FAILPOINTS;
const [GENESIS] = KAFKA_SETUP_FAILPOINTS;

export const KAFKA_FAILPOINTS = [
  dies('ingest', 'ingest.before-append', 'dies with a notification received and not yet appended', [15, 60]),
  dies('ingest', 'ingest.after-append', 'dies with a notification appended and not yet answered', [15, 60]),
  dies(
    'ingest',
    'derive.after-append',
    'dies with events appended and the progress of deriving not yet committed',
    [15, 12],
  ),
  dies(
    'projector',
    'projector.in-batch',
    'dies in the middle of a batch, rows written and not yet committed',
    [20, 12],
  ),
  dies('projector', 'projector.after-transaction', 'dies with rows committed and the group’s progress not', [20, 12]),
  inRebalance('ingest', 'derive.rebalance', [15, 16]),
  inRebalance('projector', 'projector.rebalance', [15, 32]),
  whileClosing('ingest', 3, 9),
  whileClosing('projector', 4, 12),
  whileClosing('query', 1, 3),
  inSetup(
    MIGRATING,
    'setup dies before one of the first 25 statements of the migration, while topics are created',
    [8, 25],
  ),
  inSetup(GENESIS, 'setup dies with topics created, before the genesis record of one of their 36 partitions', [8, 36]),
  inSetup(ADOPTING, 'setup dies when topics and tables are created and the rows belong to no log yet', [4, 1]),
];
