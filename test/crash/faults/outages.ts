import { setTimeout as pause } from 'node:timers/promises';
import { processTree, type Dice } from '@mps-ledger/testing';
import { onDatabase, signalAll } from '../database';
import { makeFault, type Fault, type LoadedRound } from '../fault';
import { callbacksAreRefused, lasting, queriesAreAnswered, queriesAreRefused } from '../outage';
import { promised } from '../promises';
import { makeApps, type AppsTarget } from '../targets/apps';
import { makeStandalone, type StandaloneTarget } from '../targets/standalone';
import { untilReady, type Target } from '../targets/target';

const standalone = (folder: string): Promise<StandaloneTarget> => makeStandalone({ folder });

/** When the load has begun, at a moment that the seed decides. */
export async function someMoment({ load, dice }: LoadedRound): Promise<void> {
  await load.sent(1);
  await pause(dice.between(0, 800));
}

/** Stops the Postgres under the three apps. */
export function postgresStopped(seconds: number): Fault {
  return makeFault({
    name: 'postgres-stopped',
    what: `the Postgres under the three apps is stopped for ${seconds} s: callbacks 503 with Retry-After, queries 503 with a reason, then everything recovers automatically`,
    seeds: 3,
    make: (folder) => makeApps({ folder }),
    async strike(target, round) {
      await someMoment(round);
      await target.stopPostgres();
      await lasting(seconds, () => refusals(target));
      await target.startPostgres();
      await sameProgramsReady(target);
    },
  });
}

const refusals = (target: Target) => Promise.all([callbacksAreRefused(target), queriesAreRefused(target)]);

/** None of them has to be started again. */
async function sameProgramsReady(target: AppsTarget): Promise<void> {
  for (const name of ['ingest', 'projector', 'query'] as const)
    promised(target.app(name)?.isRunning() === true, `${name} did not outlive the outage`);
  await target.start();
}

/** All of Postgres's processes stand still: nothing refuses, nothing answers. */
export function postgresFrozen(seconds: number): Fault {
  return makeFault({
    name: 'postgres-frozen',
    what: `all processes of Postgres are stopped by SIGSTOP for ${seconds} s, then continue: callbacks and queries are answered 503 until then`,
    seeds: 3,
    make: standalone,
    async strike(target, round) {
      await someMoment(round);
      const processes = processTree(target.postgresPid());
      signalAll(processes, 'SIGSTOP');
      try {
        await lasting(seconds, () => refusals(target));
      } finally {
        signalAll([...processes].reverse(), 'SIGCONT');
      }
      await untilReady(target.api, target.program());
    },
  });
}

const TERMINATE = `
  SELECT pg_terminate_backend(pid) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
    ORDER BY hashint4extended(pid, $1) LIMIT $2
  ) AS chosen`;

/** Ends some of the backends that serve the target’s database, several times. */
export async function terminateSome(target: Target, dice: Dice): Promise<void> {
  await onDatabase(target, async (client) => {
    for (let times = dice.between(5, 12); times > 0; times -= 1) {
      await client.query(TERMINATE, [dice.between(0, 1_000_000), dice.between(1, 6)]);
      await pause(dice.between(20, 300));
    }
  });
}

/** Every transaction is read-only until it is over, as after a failover to a replica. */
const RELOAD = `SELECT pg_reload_conf()`;
export const READ_ONLY = [`ALTER SYSTEM SET default_transaction_read_only = on`, RELOAD];
export const WRITABLE = [
  `SET default_transaction_read_only = off`,
  `ALTER SYSTEM RESET default_transaction_read_only`,
  RELOAD,
];

export function databaseReadOnly(seconds: number): Fault {
  return makeFault({
    name: 'read-only',
    what: `the database takes no writes for ${seconds} s: callbacks 503, queries are answered normally, then everything recovers automatically`,
    seeds: 5,
    make: standalone,
    async strike(target, round) {
      await someMoment(round);
      await onDatabase(target, async (client) => {
        for (const statement of READ_ONLY) await client.query(statement);
      });
      await lasting(seconds, async () => {
        await callbacksAreRefused(target);
        await queriesAreAnswered(target);
      });
      await onDatabase(target, async (client) => {
        for (const statement of WRITABLE) await client.query(statement);
      });
      await untilReady(target.api, target.program());
    },
  });
}

export const OUTAGES = [
  makeFault({
    name: 'backends-terminated',
    what: 'one to six of Postgres’s backends at a time are ended by pg_terminate_backend, five to twelve times in a row',
    seeds: 10,
    make: standalone,
    async strike(target, round) {
      await someMoment(round);
      await terminateSome(target, round.dice);
      await untilReady(target.api, target.program());
    },
  }),
  postgresStopped(30),
  postgresFrozen(30),
  databaseReadOnly(5),
];
