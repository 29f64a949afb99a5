import { setTimeout as pause } from 'node:timers/promises';
import { startBrokers, type TestBrokers } from '@mps-ledger/testing';
import { makeFault, type LoadedRound } from '../../fault';
import type { LoadOptions } from '../../load';
import { promised } from '../../promises';
import { runSetup } from '../../targets/app-programs';
import { makeOwnKafkaApps, type OwnKafkaAppsTarget } from '../../targets/kafka-apps';
import { nothingIsAcknowledged, NOT_THE_LOG, untilTold } from '../../unsound';
import { someMoment } from '../outages';
import { sameProgramsReady } from './same-programs';

const LASTING: LoadOptions = { tasks: 150, rate: 30 };
const SWAPPED_MS = 8_000;

/** A second cluster that tells its clients the same address. With a ledger of its own, of the same names, or without topics. */
async function otherCluster(target: OwnKafkaAppsTarget, proxyPort: number, isLedger: boolean): Promise<TestBrokers> {
  const other = await startBrokers({ advertisedPorts: [proxyPort] });
  if (!isLedger) return other;
  const { services, setupVariables, folder } = target;
  const database = await services.makeDatabase();
  await runSetup({ ...setupVariables, KAFKA_BROKERS: other.directAddress, DATABASE_URL: database }, folder);
  return other;
}

async function swap(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  const { proxy, brokers } = target.services;
  const [own] = brokers;
  promised(proxy !== undefined && own !== undefined, 'the programs reach the broker through a proxy');
  const other = await otherCluster(target, proxy.port, round.seed % 2 === 1);
  try {
    await someMoment(round);
    proxy.leadTo(other.brokers[0]?.port ?? 0);
    proxy.cut();
    await nothingIsAcknowledged(target, `swapped-${round.seed}`, SWAPPED_MS);
    await untilTold(target, { app: 'ingest', says: NOT_THE_LOG });
    await untilTold(target, { app: 'projector', says: NOT_THE_LOG });
    if (round.dice.chance(0.3)) {
      await target.stopApp('ingest');
      target.beginApp('ingest');
      await untilTold(target, { app: 'ingest', says: NOT_THE_LOG });
    }
    await nothingIsAcknowledged(target, `swapped-still-${round.seed}`, round.dice.between(500, 3_000));
  } finally {
    proxy.leadTo(own.port);
    proxy.cut();
    await pause(0);
    await other.stop();
  }
  const at = performance.now();
  await sameProgramsReady(target);
  round.figure('until all are ready again', performance.now() - at, 'ms');
}

export const CLUSTER_SWAPPED = makeFault({
  name: 'cluster-swapped',
  log: 'kafka',
  what: 'another cluster answers at the same address, with another ledger of the same topics or with none, then the same one again: until then each callback is answered 503 and /readyz of ingest and projector, also of an ingest that is started then, says why; then everything recovers automatically',
  ...{ seeds: 10, load: LASTING },
  make: (folder: string) => makeOwnKafkaApps({ folder, proxied: true }),
  strike: swap,
});
