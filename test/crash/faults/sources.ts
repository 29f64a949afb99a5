import { startCmqProgramQueue, startSqsProgramQueue, type ProgramQueue } from '@mps-ledger/testing';
import type { Fault, LoadedRound } from '../fault';
import { makeKafkaApps, makeOwnKafkaApps, type OwnKafkaAppsTarget } from '../targets/kafka-apps';
import {
  kafkaReceiver,
  standaloneReceiver,
  withQueue,
  withTopic,
  type QueueTarget,
  type SourceTarget,
} from '../targets/sources';
import type { StandaloneTarget } from '../targets/standalone';
import { untilReady } from '../targets/target';
import { SHORT } from './kafka/load';
import { sameProgramsReady } from './kafka/same-programs';
import { atStep, handlesExpired, keyRotated, killed, logAway, queueTroubled, type Ground } from './source-faults';

/** A kind of queue, and errors of it that pass. */
interface QueueKind {
  readonly prefix: string;
  readonly source: string;
  readonly start: () => Promise<ProgramQueue>;
  readonly codes: readonly (number | string)[];
}

const CMQ: QueueKind = {
  ...{ prefix: 'source-', source: 'a queue of CMQ', start: startCmqProgramQueue },
  codes: [4420, 4480, 6000, 6050, 6070],
};
const SQS: QueueKind = {
  ...{ prefix: 'source-sqs-', source: 'a queue of SQS', start: startSqsProgramQueue },
  codes: ['OverLimit', 'RequestThrottled', 'InternalFailure', 'ServiceUnavailable'],
};

/** Of a queue, whatever the log. `passings`: of each step. */
function queueFaults<T extends QueueTarget>(
  ground: Ground<T>,
  { codes }: QueueKind,
  passings: number,
): readonly Fault[] {
  return [
    killed(ground),
    atStep(ground, [
      'source-queue.received',
      'dies with messages of {source} received and not yet on the log',
      passings,
    ]),
    atStep(ground, [
      'source-queue.before-delete',
      'dies with messages on the log and not yet deleted from {source}',
      passings,
    ]),
    atStep(ground, ['source-queue.after-delete', 'dies with messages just deleted from {source}', passings]),
    handlesExpired(ground),
    queueTroubled(ground, codes),
  ];
}

/** Of a topic that pushes, whatever the log. */
function topicFaults<T extends SourceTarget>(ground: Ground<T>): readonly Fault[] {
  return [
    killed(ground),
    atStep(ground, ['ingest.before-append', 'dies with a push of {source} received and not yet on the log', 50]),
    atStep(ground, ['ingest.after-append', 'dies with a push of {source} on the log and not yet answered', 50]),
  ];
}

/** The servers of the log, where it is the target's own: killed, and started again. */
async function killPostgres(target: StandaloneTarget & SourceTarget, round: LoadedRound): Promise<void> {
  process.kill(target.postgresPid(), 'SIGKILL');
  round.killed();
  await untilReady(target.api, target.receiver());
}

async function killBroker(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  for (const broker of target.services.brokers) {
    await broker.kill('SIGKILL');
    round.killed();
    await broker.start();
  }
  await sameProgramsReady(target);
}

const TOPIC = { prefix: 'source-topic-', source: 'a topic of CMQ', load: SHORT };

const onPostgres = ({ prefix, source, start }: QueueKind) =>
  ({ prefix, source, log: 'postgres', make: withQueue(start, standaloneReceiver) }) as const;
const topicOnPostgres = { ...TOPIC, log: 'postgres', make: withTopic(standaloneReceiver) } as const;

/** Of sources, with the log in Postgres. */
export const SOURCE_FAULTS: readonly Fault[] = [
  ...queueFaults(onPostgres(CMQ), CMQ, 10),
  logAway(onPostgres(CMQ), 'Postgres', killPostgres),
  keyRotated(onPostgres(CMQ)),
  ...queueFaults({ ...onPostgres(SQS), load: SHORT }, SQS, 5),
  logAway({ ...onPostgres(SQS), load: SHORT }, 'Postgres', killPostgres),
  keyRotated({ ...onPostgres(SQS), load: SHORT }),
  ...topicFaults(topicOnPostgres),
  logAway(topicOnPostgres, 'Postgres', killPostgres),
];

const onKafka = ({ prefix, source, start }: QueueKind) =>
  ({ prefix, source, log: 'kafka', load: SHORT, make: withQueue(start, kafkaReceiver(makeKafkaApps)) }) as const;
const brokerAway = (kind: QueueKind): Fault =>
  logAway<QueueTarget & OwnKafkaAppsTarget>(
    { ...onKafka(kind), make: withQueue(kind.start, kafkaReceiver(makeOwnKafkaApps)) },
    'the broker',
    killBroker,
  );

/** Of sources, with the log in Kafka. What a wrong key does has nothing to do with the log. */
export const KAFKA_SOURCE_FAULTS: readonly Fault[] = [
  ...queueFaults(onKafka(CMQ), CMQ, 5),
  brokerAway(CMQ),
  ...queueFaults(onKafka(SQS), SQS, 5),
  brokerAway(SQS),
  ...topicFaults({ ...TOPIC, log: 'kafka', make: withTopic(kafkaReceiver(makeKafkaApps)) }),
];
