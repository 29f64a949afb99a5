import { eventually } from '@mps-ledger/spec-kit';
import { TOPICS } from '@mps-ledger/records';
import { makeFault, type LoadedRound } from '../../fault';
import { addPartitions, leadersOf, setTopic } from '../../kafka-tools';
import type { LoadOptions } from '../../load';
import { promised } from '../../promises';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { callbackOf, nothingIsAcknowledged, untilTold } from '../../unsound';
import { someMoment } from '../outages';
import { sameProgramsReady } from './same-programs';

const LASTING: LoadOptions = { tasks: 150, rate: 30 };

/** A setting that breaks the promise, and what setup makes it. */
const UNSAFE = [
  ['retention.ms', '604800000', '-1'],
  ['cleanup.policy', 'compact', 'delete'],
  ['retention.bytes', '1073741824', '-1'],
  ['unclean.leader.election.enable', 'true', 'false'],
] as const;
const UNSAFE_SAID = /retention|cleanup|unclean/;
/** Looked at once a minute, and some for a busy machine. */
const WITHIN_MS = 75_000;
const STEADY_MS = 2_000;

/** Callbacks are refused for it in time: after a look at the probe, or by the program's own. */
async function untilRefused(target: KafkaAppsTarget, { seed, dice }: LoadedRound): Promise<void> {
  if (dice.chance(0.5)) await untilTold(target, { app: 'ingest', says: UNSAFE_SAID, withinMs: WITHIN_MS });
  let number = 0;
  let seen = '';
  const isRefused = async (): Promise<boolean> => {
    const { status, code } = await callbackOf(target, `unsafe-${seed}-${(number += 1)}`);
    seen = `${status} ${code}`;
    return status === 503 && code === 'log-unsafe';
  };
  await eventually(isRefused, { timeoutMs: WITHIN_MS }).catch(() => {
    promised(false, `callbacks are not refused within ${WITHIN_MS / 1_000} s: ${seen}`);
  });
}

async function addEmptyPartitions(target: KafkaAppsTarget, { seed }: LoadedRound): Promise<void> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  const topic = `${target.topicPrefix}${TOPICS.raw}`;
  await addPartitions(brokers, topic, (await leadersOf(brokers, topic)).length + 1);
  await target.stopApp('ingest');
  await target.startApp('ingest');
  const { status } = await callbackOf(target, `more-partitions-${seed}`);
  promised(status === 200, `a callback was answered ${status} since there is an empty partition more`);
  const metrics = await (await fetch(`${target.probesOf('ingest')}/metrics`)).text();
  const warnings = Number(/event_log_warnings(?:\{[^}]*\})? (\d+)/.exec(metrics)?.[1] ?? 0);
  promised(warnings > 0, 'nothing warns of an empty partition more');
}

async function changeSettings(target: KafkaAppsTarget, round: LoadedRound): Promise<void> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  const topic = `${target.topicPrefix}${TOPICS.raw}`;
  const [name, unsafe, safe] = UNSAFE[round.seed % UNSAFE.length] ?? UNSAFE[0];
  await someMoment(round);
  await setTopic(brokers, topic, name, unsafe);
  const at = performance.now();
  await untilRefused(target, round);
  round.figure('until callbacks are refused', performance.now() - at, 'ms');
  const told = await untilTold(target, { app: 'ingest', says: UNSAFE_SAID });
  promised(told.includes(name) && told.includes(topic), `the probe does not name ${name} of ${topic}: ${told}`);
  await nothingIsAcknowledged(target, `unsafe-still-${round.seed}`, STEADY_MS);
  await setTopic(brokers, topic, name, safe);
  await sameProgramsReady(target);
  await addEmptyPartitions(target, round);
}

export const SETTINGS_UNSAFE = makeFault({
  name: 'settings-changed',
  log: 'kafka',
  what: `retention.ms, cleanup.policy, retention.bytes or unclean.leader.election.enable of the raw topic is changed to what can lose records: within ${WITHIN_MS / 1_000} s callbacks are 503 log-unsafe and /readyz names the setting; after it is corrected, everything recovers automatically. Then an empty partition is added and ingest started again: a warning, callbacks are taken`,
  ...{ seeds: 10, load: LASTING },
  make: (folder: string) => makeKafkaApps({ folder }),
  strike: changeSettings,
});
