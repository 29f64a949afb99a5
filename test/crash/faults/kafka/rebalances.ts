import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFault, type LoadedRound } from '../../fault';
import type { LoadOptions } from '../../load';
import { promised } from '../../promises';
import type { AppName } from '../../targets/app-programs';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { watchFreshness } from '../../watching';
import { sameProgramsReady } from './same-programs';

const CHANGES = 10;
/** Longer than ten changes take on a busy machine. */
const LASTING: LoadOptions = { tasks: 500, rate: 15 };

/** Those that come and go; the first of their kind stays. */
const GUESTS: readonly AppName[] = ['projector-2', 'projector-3', 'ingest-2', 'ingest-3'];

/** A guest comes, or goes if it is there. */
async function change(target: KafkaAppsTarget, name: AppName): Promise<void> {
  if (target.app(name)?.isRunning() === true) await target.stopApp(name);
  else await target.startApp(name);
}

async function rebalance(target: KafkaAppsTarget, { dice, load, figure }: LoadedRound): Promise<void> {
  await load.sent(1);
  const freshness = await watchFreshness(target);
  const pauses: number[] = [];
  try {
    for (let times = 0; times < CHANGES; times += 1) {
      freshness.forget();
      await change(target, GUESTS[dice.between(0, GUESTS.length - 1)] ?? 'projector-2');
      promised(!load.isOver(), `the load was over after ${times} of ${CHANGES} rebalances`);
      // Sometimes the next one comes while this one is not over.
      if (dice.chance(0.25)) await pause(dice.between(0, 500));
      else await eventually(() => freshness.most() > 0 && (freshness.now() ?? Infinity) < 1_000, { timeoutMs: 60_000 });
      pauses.push(freshness.most());
    }
  } finally {
    await freshness.stop();
  }
  pauses.sort((a, b) => a - b);
  figure('pause of a rebalance, as rows show it: median of ten', pauses[CHANGES / 2] ?? 0, 'ms');
  figure('pause of a rebalance, as rows show it: longest of ten', pauses.at(-1) ?? 0, 'ms');
  await sameProgramsReady(target);
}

export const REBALANCES = makeFault({
  name: 'rebalances',
  log: 'kafka',
  what: `${CHANGES} rebalances: a second and third projector and ingest come and go, one at a time, a quarter of them while the last change is not over`,
  ...{ seeds: 2, load: LASTING, make: (folder: string) => makeKafkaApps({ folder }) },
  strike: rebalance,
});
