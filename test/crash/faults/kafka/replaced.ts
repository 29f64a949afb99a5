import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { genesisOf, genesisRecord, type NewRecord } from '@mps-ledger/event-log';
import { eventually, withMembers } from '@mps-ledger/spec-kit';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import { onDatabase } from '../../database';
import { makeFault, type LoadedRound } from '../../fault';
import { createTopic, deleteTopic } from '../../kafka-tools';
import { logOf } from '../../log-of';
import { promised } from '../../promises';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { SHORT } from './load';

/** So many records more than were applied, where the new topic is the longer one. */
const MORE = 20;
/** How long it has to stay as it is. */
const STEADY_MS = 10_000;

type Way = 'fewer' | 'more' | 'more, unseen';
const WAYS: readonly Way[] = ['more, unseen', 'fewer', 'more'];

/** What the projector has written, in one text: another text is another state. */
async function rowsOf(target: KafkaAppsTarget): Promise<string> {
  const { rows } = await onDatabase(target, (client) =>
    client.query(`
      SELECT topic, partition, position, last_offset, last_digest, raw_next, raw_top, underived_to,
        (SELECT count(*) FROM tasks_v1.history) AS events, (SELECT count(*) FROM tasks_v1.parked) AS parked,
        (SELECT count(*) FROM tasks_v1.task) AS tasks
      FROM tasks_v1.checkpoint ORDER BY topic, partition`),
  );
  return JSON.stringify(rows);
}

/** An event of each partition as it is on the log, and the position after all of them. */
async function readLog(target: KafkaAppsTarget): Promise<readonly { event: NewRecord | null; end: number }[]> {
  const log = logOf(target);
  try {
    const found: { event: NewRecord | null; end: number }[] = [];
    for (const [partition, end] of (await log.endPositions(TOPICS.events)).entries()) {
      let event: NewRecord | null = null;
      for await (const [first] of log.read({ topic: TOPICS.events, partition, from: 1, to: 2 })) event = first ?? null;
      found.push({ event, end });
    }
    return found;
  } finally {
    await log.close();
  }
}

/** Events that look like ours and never were applied. */
function strangers(event: NewRecord, count: number): readonly NewRecord[] {
  const id = (number: number) => createHash('sha256').update(`stranger ${number}`).digest('hex');
  return Array.from({ length: count }, (_, number) => withMembers(event, { id: id(number) }));
}

async function replaceTopic(target: KafkaAppsTarget, way: Way): Promise<number> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  const before = await readLog(target);
  const topic = `${target.topicPrefix}${TOPICS.events}`;
  const log = logOf(target);
  try {
    const identity = await log.identity();
    await deleteTopic(brokers, topic);
    // Setup makes nothing of a log anew: this is somebody who does, down to the genesis records.
    await createTopic(brokers, topic, identity.partitions);
    const genesis = (partition: number) =>
      genesisRecord(genesisOf(identity, { topic: TOPICS.events, partition }, LEDGER_LAYOUT.derived));
    for (const partition of before.keys()) await log.append(TOPICS.events, partition, [genesis(partition)]);
    await Promise.all(
      before.map(async ({ event, end }, partition) => {
        if (event !== null && way !== 'fewer') await log.append(TOPICS.events, partition, strangers(event, end + MORE));
      }),
    );
  } finally {
    await log.close();
  }
  return before.filter(({ event }) => event !== null).length;
}

/** Every partition with applied records is blocked, and the probe says why. */
async function untilStopped(target: KafkaAppsTarget, partitions: number): Promise<void> {
  const probes = target.probesOf('projector');
  let seen = '';
  const areStopped = async (): Promise<boolean> => {
    const metrics = await (await fetch(`${probes}/metrics`)).text();
    const stopped = /projection_stopped_partitions\{[^}]*code="log-replaced"[^}]*\} (\d+)/.exec(metrics)?.[1] ?? 0;
    const answer = await fetch(`${probes}/readyz?verbose`);
    seen = `${stopped} of ${partitions} partitions stand still; ${answer.status} ${await answer.text()}`;
    // Of which nothing was applied may stand still, too, as its log is another one.
    return Number(stopped) >= partitions && answer.status === 503 && seen.includes('is blocked: log-replaced');
  };
  await eventually(areStopped, { timeoutMs: 60_000 }).catch(() => {
    promised(false, `a replaced log is not told: ${seen}`);
  });
}

async function replace(target: KafkaAppsTarget, round: LoadedRound): Promise<void> {
  const way = WAYS[round.seed % WAYS.length] ?? 'more';
  await round.load.finish();
  const before = await rowsOf(target);
  const projector = target.app('projector');
  promised(projector?.isRunning() === true, 'the projector ended by itself');
  // Stopped for less than a session, it sees nothing of the topic’s absence.
  if (way === 'more, unseen') projector.signal('SIGSTOP');
  const partitions = await replaceTopic(target, way).finally(() => {
    projector.signal('SIGCONT');
  });
  const isSame = async (): Promise<void> => {
    await untilStopped(target, partitions);
    promised((await rowsOf(target)) === before, 'something of another log was applied');
  };
  await isSame();
  await pause(STEADY_MS);
  await isSame();
  promised(projector.isRunning(), 'the projector ended by itself');
  await target.stopApp('projector');
  target.beginApp('projector');
  await isSame();
}

export const TOPIC_REPLACED = makeFault({
  name: 'topic-replaced',
  log: 'kafka',
  what: 'the topic of events is deleted and recreated, with fewer records than were applied or with more, under a projector that runs or, where there are more, sees nothing of it: each partition is blocked with log-replaced in /readyz and metrics, checkpoint and rows stay as they are, also after a restart. What the topic had is lost, so nothing is verified',
  ...{ seeds: 3, load: SHORT, ledger: 'fresh' as const, oracle: 'strike' as const },
  make: (folder: string) => makeKafkaApps({ folder }),
  strike: replace,
});
