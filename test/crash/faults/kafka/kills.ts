import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFault, type Fault, type LoadedRound } from '../../fault';
import { killProgram } from '../../programs';
import { promised } from '../../promises';
import type { AppKind, AppName } from '../../targets/app-programs';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { watchFreshness } from '../../watching';
import { SHORT, STEADY } from './load';

const make = (folder: string): Promise<KafkaAppsTarget> => makeKafkaApps({ folder });

/** Within this time of the load's first answers. */
const MOMENT_MS = 1_200;
/** The whole of a start on a machine that has nothing else to do takes about as long. */
const START_MS = 900;

async function killAt(target: KafkaAppsTarget, name: AppName, round: LoadedRound): Promise<void> {
  const program = target.app(name);
  promised(program?.isRunning() === true, `${name} ended by itself`);
  await killProgram(program);
  round.killed();
}

/** Kills some at the same moment; in a quarter of the rounds, the first of them once more during its start. */
async function killSome(target: KafkaAppsTarget, names: readonly AppName[], round: LoadedRound): Promise<void> {
  const { load, dice } = round;
  await load.sent(1);
  await pause(dice.between(0, MOMENT_MS));
  await Promise.all(names.map((name) => killAt(target, name, round)));
  const [first] = names;
  if (first !== undefined && dice.chance(0.25)) {
    target.beginApp(first);
    await pause(dice.between(0, START_MS));
    await killAt(target, first, round);
  }
  await target.start();
}

function killOf(kind: AppKind, seeds: number, strike: typeof killSome): Fault {
  return makeFault({
    name: `kill-${kind}`,
    log: 'kafka',
    what: `SIGKILL of ${kind} at a random moment; sometimes once more during the start that follows`,
    ...{ seeds, load: SHORT, make },
    strike: (target, round) => strike(target, [kind], round),
  });
}

/** The rows are this fresh again. */
const FRESH_MS = 1_000;

/** Measures how long nothing went on with what the killed one owned, by how old the rows became. */
async function killAndWatch(target: KafkaAppsTarget, names: readonly AppName[], round: LoadedRound): Promise<void> {
  const freshness = await watchFreshness(target);
  try {
    await killSome(target, names, round);
    // It was started again in more than a second, without which they are fresh.
    await eventually(() => (freshness.now() ?? Infinity) < FRESH_MS, { what: 'fresh rows', timeoutMs: 60_000 });
    round.figure('pause, as rows show it', freshness.most(), 'ms');
  } finally {
    await freshness.stop();
  }
}

const PAIRS: readonly (readonly AppName[])[] = [
  ['ingest', 'projector'],
  ['projector', 'query'],
  ['ingest', 'projector', 'query'],
];

/** While a third instance joins or leaves, one of the first two is killed. */
async function killWhileRegrouping(target: KafkaAppsTarget, round: LoadedRound): Promise<void> {
  const { dice, load, seed } = round;
  const kind = kindOfRound(seed);
  const third: AppName = `${kind}-3`;
  await load.sent(1);
  const isJoining = target.app(third)?.isRunning() !== true;
  const changing = isJoining ? target.startApp(third) : target.stopApp(third);
  await pause(dice.between(0, 2_500));
  const victim: AppName = dice.chance(0.5) ? kind : `${kind}-2`;
  await killAt(target, victim, round);
  await changing;
  await target.startApp(victim);
}

const kindOfRound = (seed: number): 'ingest' | 'projector' => (seed % 2 === 0 ? 'ingest' : 'projector');

export const KAFKA_KILLS = [
  makeFault({
    name: 'kill',
    log: 'kafka',
    what: 'SIGKILL of two or all of ingest, projector and query at one random moment; sometimes once more during the start that follows',
    ...{ seeds: 20, load: SHORT, make },
    strike: (target, round) => killSome(target, PAIRS[round.seed % PAIRS.length] ?? [], round),
  }),
  killOf('ingest', 15, killAndWatch),
  killOf('projector', 15, killAndWatch),
  killOf('query', 10, killSome),
  makeFault({
    name: 'kill-in-rebalance',
    log: 'kafka',
    what: 'two instances of ingest or projector; while a third one joins or leaves, one of the two is killed at a random moment',
    ...{ seeds: 16, load: STEADY, make },
    async prepare(target, { seed }) {
      await target.start();
      await target.startApp(`${kindOfRound(seed)}-2`);
    },
    strike: killWhileRegrouping,
  }),
];
