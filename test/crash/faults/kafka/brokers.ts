import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { type TestBroker } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { makeFault, type LoadedRound, type Round } from '../../fault';
import { leadersOf } from '../../kafka-tools';
import { sendsIn, type LoadOptions } from '../../load';
import { callbacksAreRefused } from '../../outage';
import { promised } from '../../promises';
import { makeOwnKafkaApps, type OwnKafkaAppsTarget } from '../../targets/kafka-apps';
import { watchFreshness, watchJournal, type JournalWatch } from '../../watching';
import { someMoment } from '../outages';
import { sameProgramsReady } from './same-programs';

/** For as long as brokers come and go. */
const LASTING: LoadOptions = { tasks: 200, rate: 30 };

/** A broker that is gone is noticed after this time; Kafka's default is three times as long, and so are the pauses then. */
const SESSION_MS = 3_000;

const THREE = {
  count: 3,
  settings: { 'broker.session.timeout.ms': `${SESSION_MS}`, 'broker.heartbeat.interval.ms': '500' },
};

/** Below min.insync this long. */
const BELOW_MS = 12_000;
/** What was written just before may be acknowledged until then. */
const SETTLED_MS = 2_000;

const one = (folder: string): Promise<OwnKafkaAppsTarget> => makeOwnKafkaApps({ folder });
const three = (folder: string): Promise<OwnKafkaAppsTarget> => makeOwnKafkaApps({ folder, brokers: THREE });

async function restartBroker(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  const { dice, seed } = round;
  const [broker] = target.services.brokers;
  promised(broker !== undefined, 'there is a broker');
  const signal = seed % 2 === 1 ? 'SIGKILL' : 'SIGTERM';
  await someMoment(round);
  await broker.kill(signal);
  if (signal === 'SIGKILL') round.killed();
  await pause(dice.between(0, 3_000));
  await broker.start();
  await sameProgramsReady(target);
}

/** A broker, and the partitions of the raw topic that it leads. */
interface Leader {
  readonly broker: TestBroker;
  readonly led: readonly number[];
}

/** The one that leads a partition which the seed chooses. */
async function someLeader(target: OwnKafkaAppsTarget, { dice }: Round): Promise<Leader> {
  const { KAFKA_BROKERS: brokers = '' } = target.variables;
  const leaders = await leadersOf(brokers, `${target.topicPrefix}${TOPICS.raw}`);
  const chosen = leaders[dice.between(0, leaders.length - 1)];
  const broker = target.services.brokers.find(({ nodeId }) => nodeId === chosen);
  promised(broker !== undefined, `a partition has no leader: ${leaders.join()}`);
  return { broker, led: [...leaders.keys()].filter((partition) => leaders[partition] === chosen) };
}

/** Kills it; answers when, by the clock of `performance.now()`. */
async function killLeader({ broker }: Leader, round: Round): Promise<number> {
  const at = performance.now();
  await broker.kill('SIGKILL');
  round.killed();
  return at;
}

/** What was under way when it was killed may be seen to be acknowledged a little later. */
const UNDER_WAY_MS = 250;

/** When a partition was first acknowledged again, ms after the kill; undefined: not yet. */
function silenceOf({ seen }: JournalWatch, partition: number, killedAt: number): number | undefined {
  const next = seen.find((one) => one.partition === partition && one.at > killedAt + UNDER_WAY_MS);
  return next === undefined ? undefined : next.at - killedAt;
}

async function killOneLeader(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  const leader = await someLeader(target, round);
  await someMoment(round);
  const journal = watchJournal(round.load.journal);
  const freshness = await watchFreshness(target);
  try {
    const killedAt = await killLeader(leader, round);
    const silences = () => leader.led.flatMap((partition) => silenceOf(journal, partition, killedAt) ?? []);
    await eventually(() => silences().length > 0, { timeoutMs: 60_000, what: 'an acknowledgement of what it led' });
    const isFresh = () => performance.now() - killedAt > SESSION_MS && (freshness.now() ?? Infinity) < 1_000;
    await eventually(isFresh, { timeoutMs: 90_000, what: 'the rows to be fresh again' });
    round.figure('from the kill of a leader to the next acknowledgement of what it led', Math.min(...silences()), 'ms');
    round.figure('from the kill of a leader until rows are fresh within 1 s', performance.now() - killedAt, 'ms');
  } finally {
    await Promise.all([journal.stop(), freshness.stop()]);
  }
  await leader.broker.start();
  await sameProgramsReady(target);
}

/** Two of three are gone: what two of three have to hold cannot be acknowledged. */
async function killTwo(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  const first = await someLeader(target, round);
  const { brokers } = target.services;
  const others = brokers.filter(({ nodeId }) => nodeId !== first.broker.nodeId);
  const second = others[round.dice.between(0, others.length - 1)];
  promised(second !== undefined, 'there are three brokers');
  await someMoment(round);
  await killLeader(first, round);
  await pause(round.dice.between(0, 2 * SESSION_MS));
  await killLeader({ broker: second, led: [] }, round);
  await pause(SETTLED_MS);
  await acceptsNothing(target, round);
  const startedAt = performance.now();
  await Promise.all([first.broker.start(), second.start()]);
  const journal = watchJournal(round.load.journal);
  await eventually(() => journal.seen.length > 0, { timeoutMs: 60_000, what: 'an acknowledgement' });
  round.figure('from the start of both to the next acknowledgement', performance.now() - startedAt, 'ms');
  await journal.stop();
  await sameProgramsReady(target);
}

async function acceptsNothing(target: OwnKafkaAppsTarget, { load }: LoadedRound): Promise<void> {
  const before = sendsIn(load.journal).acknowledged;
  await Promise.all([callbacksAreRefused(target), pause(BELOW_MS)]);
  const meanwhile = sendsIn(load.journal).acknowledged - before;
  promised(meanwhile === 0, `${meanwhile} callbacks were answered 200 while nothing could be written`);
}

export const BROKER_FAULTS = [
  makeFault({
    name: 'broker-restart',
    log: 'kafka',
    what: 'the one broker is ended by SIGKILL or SIGTERM, is away for up to 3 s, and is started again',
    ...{ seeds: 4, load: LASTING, make: one },
    strike: restartBroker,
  }),
  makeFault({
    name: 'leader-killed',
    log: 'kafka',
    what: `three brokers, three replicas, min.insync.replicas 2, broker.session.timeout.ms ${SESSION_MS}: the leader of some partition is ended by SIGKILL and started again when others lead and rows are fresh`,
    ...{ seeds: 4, load: LASTING, make: three, short: true },
    strike: killOneLeader,
  }),
  makeFault({
    name: 'two-brokers-killed',
    log: 'kafka',
    what: `of the same three, a leader is ended by SIGKILL and up to ${(2 * SESSION_MS) / 1_000} s later another one: below min.insync.replicas nothing is acknowledged and callbacks are answered 503; then both come back`,
    ...{ seeds: 3, load: LASTING, make: three, short: true },
    strike: killTwo,
  }),
];
