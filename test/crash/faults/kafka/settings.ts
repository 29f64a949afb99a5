import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { TOPICS } from '@mps-ledger/records';
import { makeFault, type Fault, type LoadedRound } from '../../fault';
import { setTopic } from '../../kafka-tools';
import type { LoadOptions } from '../../load';
import { promised } from '../../promises';
import { sampleOf } from '../../sample';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { someMoment } from '../outages';
import { sameProgramsReady } from './same-programs';

const LASTING: LoadOptions = { tasks: 150, rate: 30 };
const CODECS = ['lz4', 'zstd', 'snappy', 'gzip'] as const;
const CHANGED_MS = 3_000;

/** What setup makes it, and less: more than any body of the load has, less than what is appended together may have. */
const [USUAL_BYTES, LOWERED_BYTES] = [8 * 1024 * 1024, 64 * 1024];
const LARGE_BYTES = 2 * 1024 * 1024;
const SMALL_ONES = 60;

const make = (folder: string): Promise<KafkaAppsTarget> => makeKafkaApps({ folder });

function alter(target: KafkaAppsTarget, topic: string, name: string, value: string | number): Promise<void> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  return setTopic(brokers, `${target.topicPrefix}${topic}`, name, `${value}`);
}

async function changeCompression(target: KafkaAppsTarget, round: LoadedRound): Promise<void> {
  const codec = CODECS[round.seed % CODECS.length] ?? 'lz4';
  const topics = [TOPICS.raw, TOPICS.events];
  await someMoment(round);
  await Promise.all(topics.map((topic) => alter(target, topic, 'compression.type', codec)));
  await pause(CHANGED_MS);
  await Promise.all(topics.map((topic) => alter(target, topic, 'compression.type', 'producer')));
  await sameProgramsReady(target);
}

async function statusOf(target: KafkaAppsTarget, body: string): Promise<number> {
  const answer = await fetch(target.callbacks, { method: 'POST', body, headers: { connection: 'close' } });
  await answer.arrayBuffer();
  return answer.status;
}

/** White space after a JSON text is allowed. */
const largeBody = (name: string): string => sampleOf(name).padEnd(LARGE_BYTES);

/** Many small ones and a large one at once: only the large one is not taken. */
async function onlyTheLargeOneIsRefused(target: KafkaAppsTarget, name: string): Promise<void> {
  const small = Array.from({ length: SMALL_ONES }, (_, index) => statusOf(target, sampleOf(`${name}-${index}`)));
  const [large, ...others] = await Promise.all([statusOf(target, largeBody(`${name}-large`)), ...small]);
  promised(large === 503, `a body that the topic does not take was answered ${large}`);
  const refused = others.filter((status) => status !== 200);
  promised(refused.length === 0, `${refused.length} of ${SMALL_ONES} small bodies were answered ${refused.join()}`);
}

async function lowerMaxBytes(target: KafkaAppsTarget, round: LoadedRound): Promise<void> {
  await someMoment(round);
  await alter(target, TOPICS.raw, 'max.message.bytes', LOWERED_BYTES);
  // Brokers take a moment to heed it.
  await eventually(async () => (await statusOf(target, largeBody(`first-${round.seed}`))) === 503);
  await onlyTheLargeOneIsRefused(target, `lowered-${round.seed}`);
  await target.stopApp('ingest');
  await target.startApp('ingest');
  await onlyTheLargeOneIsRefused(target, `restarted-${round.seed}`);
  await alter(target, TOPICS.raw, 'max.message.bytes', USUAL_BYTES);
  await eventually(async () => (await statusOf(target, largeBody(`mended-${round.seed}`))) === 200);
  await sameProgramsReady(target);
}

/** Settings of topics that change under the programs and break no promise. */
export const SETTINGS_CHANGED: readonly Fault[] = [
  makeFault({
    ...{ name: 'compression-changed', log: 'kafka', seeds: 10, load: LASTING, make },
    what: `compression.type of both topics is lz4, zstd, snappy or gzip for some ${CHANGED_MS / 1_000} s: compressed records are read like all others`,
    strike: changeCompression,
  }),
  makeFault({
    ...{ name: 'max-bytes-lowered', log: 'kafka', seeds: 10, load: LASTING, make },
    what: `max.message.bytes of the raw topic is lowered to ${LOWERED_BYTES / 1024} KiB: of ${SMALL_ONES} small bodies and one of 2 MiB at once only the large one is answered 503, also after ingest was started again, and taken once the setting is corrected`,
    strike: lowerMaxBytes,
  }),
];
