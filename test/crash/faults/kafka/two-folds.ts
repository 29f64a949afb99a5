import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { onDatabase } from '../../database';
import { makeFault, type LoadedRound } from '../../fault';
import type { LoadOptions } from '../../load';
import { verify } from '../../oracle';
import { killProgram, startProgram, type RunningProgram } from '../../programs';
import { promised } from '../../promises';
import { beginSetup } from '../../targets/app-programs';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { untilReady } from '../../targets/target';

const LASTING: LoadOptions = { tasks: 250, rate: 30 };

/** With it a program is the one of the next fold version. */
const NEXT = ['dist/test/crash/next-fold.js'];
const SCHEMAS = { present: 'tasks_v1', next: 'tasks_v2' } as const;

/** A ledger with a second projection, built beside the first by the next fold version. */
interface TwoFoldsTarget extends KafkaAppsTarget {
  /** Starts the projector of the next fold, unless it runs, and waits until it is ready. */
  startNext(): Promise<RunningProgram>;
}

async function makeTwoFolds(folder: string): Promise<TwoFoldsTarget> {
  const target = await makeKafkaApps({ folder });
  const { code } = await beginSetup(target.setupVariables, folder, NEXT).ended;
  promised(code === 0, `setup of the next fold ended with ${code}`);
  const probes = target.probesOf('projector-2');
  const variables = { ...target.variables, HEALTH_PORT: new URL(probes).port, SHUTDOWN_DELAY_MS: '0' };
  let next: RunningProgram | null = null;
  return {
    ...target,
    async startNext() {
      const how = { name: 'projector-next', script: 'apps/projector/main.js', variables, folder, preload: NEXT };
      if (next?.isRunning() !== true) next = startProgram(how);
      await untilReady(probes, next);
      return next;
    },
    async close() {
      if (next?.isRunning() === true) await killProgram(next);
      await target.close();
    },
  };
}

/** Everything in a schema, as a digest, and how many events it has. */
async function contentOf(target: KafkaAppsTarget, schema: string): Promise<{ digest: string; events: number }> {
  return onDatabase(target, async (client) => {
    const { rows } = await client.query<{ digest: string; events: number }>(
      `SELECT md5(schema_to_xml($1, true, false, '')::text) AS digest, (SELECT count(*)::integer FROM ${schema}.history) AS events`,
      [schema],
    );
    return rows[0] ?? { digest: '', events: 0 };
  });
}

/** While one is gone the other goes on, and nothing of the one that is gone changes. */
async function goesOnAlone(target: KafkaAppsTarget, one: string, other: string): Promise<void> {
  const [left, before] = [await contentOf(target, one), (await contentOf(target, other)).events];
  await eventually(async () => (await contentOf(target, other)).events >= before + 50, {
    what: `50 more events in ${other}`,
    timeoutMs: 60_000,
  });
  promised((await contentOf(target, one)).digest === left.digest, `${one} changed while its projector was gone`);
}

async function killInTurn(target: TwoFoldsTarget, round: LoadedRound): Promise<void> {
  const { load, dice } = round;
  await load.sent(1);
  const present = target.app('projector');
  const next = await target.startNext();
  promised(present !== null, 'the projector was started');
  await pause(dice.between(0, 1_000));
  await killProgram(present);
  round.killed();
  await goesOnAlone(target, SCHEMAS.present, SCHEMAS.next);
  await target.startApp('projector');
  await pause(dice.between(0, 1_000));
  await killProgram(next);
  round.killed();
  await goesOnAlone(target, SCHEMAS.next, SCHEMAS.present);
  await target.startNext();
  promised(!load.isOver(), 'the load was over before both had been killed');
  await load.finish();
  await nextIsRight(target, round);
}

/** The verifier of the next fold finds in its rows what the verifier of the present one does in its own. */
async function nextIsRight(target: TwoFoldsTarget, { load }: LoadedRound): Promise<void> {
  const evidence = { journals: [load.journal], truths: [load.truth] };
  const { findings } = await verify(target, evidence, { name: 'verifier-next', preload: NEXT });
  promised(findings.length === 0, `rows of the next fold: ${findings.join('; ')}`);
}

export const TWO_FOLDS = makeFault({
  name: 'two-folds',
  log: 'kafka',
  what: 'a projector of the next fold version builds its own rows beside the present one; each in turn is killed while the other continues: the rows of the killed one do not change, and both are verified',
  ...{ seeds: 2, load: LASTING, make: makeTwoFolds, ledger: 'fresh' as const },
  async prepare(target) {
    await target.start();
    await target.startNext();
  },
  strike: killInTurn,
});
