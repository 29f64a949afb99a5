import { setTimeout as pause } from 'node:timers/promises';
import { processTree } from '@mps-ledger/testing';
import { onDatabase } from '../../database';
import { makeFault, type LoadedRound } from '../../fault';
import { sendsIn, type LoadOptions } from '../../load';
import { queriesAreAnswered, queriesAreRefused } from '../../outage';
import { promised } from '../../promises';
import { sampleOf } from '../../sample';
import {
  makeKafkaApps,
  makeOwnKafkaApps,
  type KafkaAppsTarget,
  type OwnKafkaAppsTarget,
} from '../../targets/kafka-apps';
import { watchMemory } from '../../watching';
import { fill, limitFiles, MIB, mountSmallDisk } from '../disk';
import { READ_ONLY, someMoment, terminateSome, WRITABLE } from '../outages';
import { pidsOf, sameProgramsReady } from './same-programs';

const OUTAGE_MS = 30_000;
/** More than a busy machine has sent when the outage ends. */
const HEAVY: LoadOptions = { tasks: 1_200, rate: 100 };
const LASTING: LoadOptions = { tasks: 120, rate: 30 };
const MOST_GROWN_MIB = 300;

const own = (folder: string): Promise<OwnKafkaAppsTarget> => makeOwnKafkaApps({ folder });

/** Callbacks are acknowledged normally for so long: the log has nothing to do with the database. */
async function callbacksGoOn(target: KafkaAppsTarget, ms: number): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    const answer = await fetch(target.callbacks, { method: 'POST', body: sampleOf('taken-meanwhile') });
    await answer.arrayBuffer();
    promised(answer.status === 200, `a callback was answered ${answer.status} because of the database`);
    await pause(250);
  }
}

async function withoutPostgres(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  const { services } = target;
  await someMoment(round);
  const memory = watchMemory(pidsOf(target));
  const before = sendsIn(round.load.journal).acknowledged;
  await services.stopPostgres();
  await Promise.all([callbacksGoOn(target, OUTAGE_MS), queriesAreRefused(target)]);
  const meanwhile = sendsIn(round.load.journal).acknowledged - before;
  promised(meanwhile > 0, 'nothing of the load was acknowledged without the database');
  await services.startPostgres();
  await sameProgramsReady(target);
  await memory.stop();
  round.figure('memory grown meanwhile, of the program that grew most', memory.grown(), 'MiB');
  promised(memory.grown() < MOST_GROWN_MIB, `a program grew by ${Math.round(memory.grown())} MiB`);
}

async function readOnly(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  await someMoment(round);
  const say = (statements: readonly string[]) =>
    onDatabase(target, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  await say(READ_ONLY);
  try {
    await Promise.all([callbacksGoOn(target, 5_000), queriesAreAnswered(target)]);
  } finally {
    await say(WRITABLE);
  }
  await sameProgramsReady(target);
}

async function onSmallDisk(folder: string): Promise<OwnKafkaAppsTarget> {
  const disk = await mountSmallDisk(folder);
  const target = await makeOwnKafkaApps({ folder, dataDir: disk.dataDir });
  return {
    ...target,
    async close() {
      await target.close();
      await disk.unmount();
    },
  };
}

/** Where Postgres ended of it, and could not begin again while there was no room, it is started as an operator would. */
async function revive({ services }: OwnKafkaAppsTarget, isUp: () => boolean): Promise<void> {
  if (isUp()) return;
  await services.stopPostgres();
  await services.startPostgres();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function diskFull(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  await someMoment(round);
  const postgres = target.services.postgresPid();
  const room = fill(`${target.folder}/disk/ballast`);
  try {
    await callbacksGoOn(target, round.dice.between(3_000, 8_000));
  } finally {
    room.free();
  }
  await revive(target, () => isAlive(postgres));
  await sameProgramsReady(target);
}

async function fileTooLarge(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  await someMoment(round);
  const postgres = target.services.postgresPid();
  await limitFiles(processTree(postgres), round.dice.between(0, 16) * MIB);
  await callbacksGoOn(target, round.dice.between(1_000, 4_000));
  await limitFiles(processTree(postgres), 'unlimited');
  await revive(target, () => isAlive(postgres));
  await sameProgramsReady(target);
}

export const POSTGRES_FAULTS = [
  makeFault({
    name: 'postgres-stopped',
    log: 'kafka',
    what: `Postgres is stopped for ${OUTAGE_MS / 1_000} s: callbacks are acknowledged normally, queries 503 with a reason, no program grows by ${MOST_GROWN_MIB} MiB; then everything recovers automatically`,
    ...{ seeds: 2, load: HEAVY, make: own },
    strike: withoutPostgres,
  }),
  makeFault({
    name: 'backends-terminated',
    log: 'kafka',
    what: 'one to six of the database’s backends at a time are ended by pg_terminate_backend, five to twelve times in a row',
    ...{ seeds: 5, load: LASTING, make: (folder: string) => makeKafkaApps({ folder }) },
    async strike(target, round) {
      await someMoment(round);
      await terminateSome(target, round.dice);
      await sameProgramsReady(target);
    },
  }),
  makeFault({
    name: 'read-only',
    log: 'kafka',
    what: 'the database takes no writes for 5 s: callbacks and queries are answered normally, then everything recovers automatically',
    ...{ seeds: 2, load: LASTING, make: own },
    strike: readOnly,
  }),
  makeFault({
    name: 'disk-full',
    log: 'kafka',
    what: 'Postgres is on a file system of its own, which is filled to the last byte for 3 to 8 s: callbacks are acknowledged normally',
    ...{ seeds: 2, load: LASTING, make: onSmallDisk },
    strike: diskFull,
  }),
  makeFault({
    name: 'file-too-large',
    log: 'kafka',
    what: 'Postgres may write no file beyond 0 to 16 MiB for 1 to 4 s (RLIMIT_FSIZE): callbacks are acknowledged normally',
    ...{ seeds: 2, load: LASTING, make: own },
    strike: fileTooLarge,
  }),
];
