import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@mps-ledger/records';
import { makeFault, type Fault } from '../../fault';
import { deleteOffsets, moveOffsetsTo } from '../../kafka-tools';
import { promised } from '../../promises';
import {
  makeKafkaApps,
  makeOwnKafkaApps,
  type KafkaAppsTarget,
  type OwnKafkaAppsTarget,
} from '../../targets/kafka-apps';
import { BEYOND, DERIVE_GROUP, loseTail, moveOffsets, type Move, type Tail } from '../deriving';
import { STEADY } from './load';

async function move(target: KafkaAppsTarget, to: Move): Promise<void> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  const place = { brokers, group: `${target.topicPrefix}${DERIVE_GROUP}`, topic: `${target.topicPrefix}${TOPICS.raw}` };
  if (to === 'deleted') await deleteOffsets(place);
  else await moveOffsetsTo(place, to === 'latest' ? 'latest' : BEYOND);
}

/** The folders of the raw log's partitions in a broker that is stopped, and copies of them that are older. */
function rawFolders(target: OwnKafkaAppsTarget): { readonly folder: string; readonly names: readonly string[] } {
  const folder = target.services.brokers[0]?.folder ?? '';
  const names = readdirSync(folder).filter((name) => name.startsWith(`${target.topicPrefix}${TOPICS.raw}-`));
  promised(names.length > 0, `there is no raw log in ${folder}`);
  return { folder, names };
}

async function whileStopped(target: OwnKafkaAppsTarget, work: () => void): Promise<void> {
  const [broker] = target.services.brokers;
  promised(broker !== undefined, 'there is a broker');
  await broker.kill('SIGTERM');
  work();
  await broker.start();
}

/** Takes a copy of the raw log as it is now, which lacks what comes later. */
async function copyRawLog(target: OwnKafkaAppsTarget): Promise<Tail> {
  const kept = join(target.folder, 'raw-log');
  const later = join(target.folder, 'raw-log-with-its-tail');
  const { folder, names } = rawFolders(target);
  await whileStopped(target, () => {
    for (const name of names) cpSync(join(folder, name), join(kept, name), { recursive: true });
  });
  return {
    lose: () =>
      whileStopped(target, () => {
        cpSync(folder, later, {
          recursive: true,
          filter: (path) => path === folder || names.some((name) => path.includes(name)),
        });
        for (const name of names) {
          rmSync(join(folder, name), { recursive: true });
          cpSync(join(kept, name), join(folder, name), { recursive: true });
        }
      }),
    bringBack: () =>
      whileStopped(target, () => {
        for (const name of names) {
          rmSync(join(folder, name), { recursive: true });
          renameSync(join(later, name), join(folder, name));
        }
        rmSync(kept, { recursive: true });
        rmSync(later, { recursive: true });
      }),
  };
}

const SEEDS = 10;

export const DERIVING: readonly Fault[] = [
  makeFault({
    name: 'derive-offsets-moved',
    log: 'kafka',
    what: 'ingest is ended, 60 notifications wait on the raw log, and the committed offsets of the group that derives are reset to latest, set beyond the end, or deleted: all of them are derived',
    ...{ seeds: SEEDS, load: STEADY },
    make: (folder) => makeKafkaApps({ folder }),
    strike: (target, round) => moveOffsets(target, round, (to) => move(target, to)),
  }),
  makeFault({
    name: 'raw-log-shorter',
    log: 'kafka',
    what: 'the raw log is restored from an older copy, committed offsets and event log are not, under an ingest that runs, before one is started, or so that the missing records were not derived yet: log-replaced in /readyz, callbacks 503, nothing appended; once the tail is back, then everything recovers automatically',
    ...{ seeds: SEEDS, load: STEADY },
    make: (folder) => makeOwnKafkaApps({ folder }),
    strike: (target, round) => loseTail(target, round, { markTail: () => copyRawLog(target) }),
  }),
];
