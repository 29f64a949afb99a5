import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { genesisRecord } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { makeFault, type LoadedRound } from '../../fault';
import { createTopic, deleteTopic } from '../../kafka-tools';
import { logOf } from '../../log-of';
import { promised } from '../../promises';
import { beginSetup } from '../../targets/app-programs';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { keepSending, nothingIsAcknowledged, NOT_THE_LOG, untilTold, type Sending } from '../../unsound';
import { SHORT } from './load';

/** What somebody makes in place of the topic: nothing, an empty one, or one with the genesis records of the log. */
type Anew = 'nothing' | 'empty' | 'begun';
const ANEW: readonly Anew[] = ['nothing', 'empty', 'begun'];
const STEADY_MS = 5_000;

async function makeAnew(target: KafkaAppsTarget, anew: Anew, partitions: number, logId: string): Promise<void> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  if (anew === 'nothing') return;
  await createTopic(brokers, `${target.topicPrefix}${TOPICS.raw}`, partitions);
  if (anew === 'empty') return;
  const log = logOf(target);
  const genesis = (partition: number) =>
    genesisRecord({ logId, logGeneration: 1, partitions, topic: TOPICS.raw, partition });
  try {
    for (let partition = 0; partition < partitions; partition += 1)
      await log.append(TOPICS.raw, partition, [genesis(partition)]);
  } finally {
    await log.close();
  }
}

/** Setup changes nothing, and reports what is missing and what exists. */
async function setupRefuses(target: KafkaAppsTarget): Promise<void> {
  const said = (): string =>
    ['out', 'err'].map((kind) => readFileSync(join(target.folder, `setup.${kind}`), 'utf8')).join('');
  const before = said().length;
  const { code } = await beginSetup(target.setupVariables, target.folder).ended;
  const text = said().slice(-Math.max(1, said().length - before));
  promised(code !== 0, 'setup went on as if nothing had happened to the log');
  for (const topic of [TOPICS.raw, TOPICS.events])
    promised(text.includes(`${target.topicPrefix}${topic}`), `setup does not name ${topic}: ${text}`);
}

/** No receipt was given for two notifications. */
function receiptsAreOnce(sending: Sending): void {
  const receipts = sending.answers.flatMap(({ receipt }) => receipt ?? []);
  promised(receipts.length > 0, 'nothing was acknowledged before');
  // Its last part is a check of the notification: the place is what must not be given twice.
  const places = receipts.map((receipt) => receipt.split('.').slice(0, -1).join('.'));
  const twice = receipts.length - new Set(places).size;
  promised(twice === 0, `${twice} of ${receipts.length} receipts were given twice`);
}

async function remove(target: KafkaAppsTarget, round: LoadedRound): Promise<void> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  const anew = ANEW[round.seed % ANEW.length] ?? 'nothing';
  await round.load.finish();
  const log = logOf(target);
  const { partitions, logId } = await log.identity().finally(() => log.close());
  const sending = keepSending(target, `before-${round.seed}`);
  await pause(round.dice.between(500, 2_500));
  await deleteTopic(brokers, `${target.topicPrefix}${TOPICS.raw}`);
  await makeAnew(target, anew, partitions, logId);
  await nothingIsAcknowledged(target, `deleted-${round.seed}`, STEADY_MS);
  await untilTold(target, { app: 'ingest', says: NOT_THE_LOG });
  await setupRefuses(target);
  await nothingIsAcknowledged(target, `refused-${round.seed}`, STEADY_MS);
  promised(target.app('ingest')?.isRunning() === true, 'ingest ended by itself');
  await target.stopApp('ingest');
  target.beginApp('ingest');
  await untilTold(target, { app: 'ingest', says: NOT_THE_LOG });
  await nothingIsAcknowledged(target, `started-${round.seed}`, STEADY_MS);
  await sending.stop();
  receiptsAreOnce(sending);
}

export const RAW_TOPIC_DELETED = makeFault({
  name: 'raw-topic-deleted',
  log: 'kafka',
  what: 'the raw topic is deleted under load, and not recreated, recreated empty, or recreated with the genesis records of the log; then setup is run, and ingest restarted: no callback is acknowledged from then on, no receipt given twice, /readyz says why, setup changes nothing and reports what is missing and what exists. What the topic had is lost, so nothing is verified',
  ...{ seeds: 10, load: SHORT, ledger: 'fresh' as const, oracle: 'strike' as const },
  make: (folder: string) => makeKafkaApps({ folder }),
  strike: remove,
});
