import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { stateOf } from '@mps-ledger/testing';
import { makeFault, type Fault, type LoadedRound, type Round } from '../../fault';
import { membersOf } from '../../kafka-tools';
import type { LoadOptions } from '../../load';
import { promised } from '../../promises';
import type { AppName } from '../../targets/app-programs';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { DERIVE_GROUP } from '../deriving';
import { sameProgramsReady } from './same-programs';

/** Longer than a session of ten seconds. */
const LASTING: LoadOptions = { tasks: 250, rate: 30 };

interface Paused {
  readonly kind: 'ingest' | 'projector';
  readonly group: string;
  /** Where it stops itself, in half of the rounds. */
  readonly failpoint: string;
}

/** Whether it stops itself in the middle of its work; else it is stopped wherever it is. */
const isInTheMiddle = ({ seed }: Round): boolean => seed % 2 === 1;

/** The second one, which shares the partitions: callbacks go to the first one. */
const secondOf = ({ kind }: Paused): AppName => `${kind}-2`;

async function prepare(target: KafkaAppsTarget, paused: Paused, round: Round): Promise<void> {
  await target.start();
  await target.stopApp(secondOf(paused));
  const armed = { NODE_ENV: 'test', FAILPOINTS: `${paused.failpoint}=stop@${round.dice.between(1, 6)}` };
  if (!isInTheMiddle(round)) await target.startApp(secondOf(paused));
  // It may stop before it is ready, at what it does last again.
  else target.beginApp(secondOf(paused), armed);
}

/** Stands still until the group is the other one’s alone; then goes on as if nothing had been. */
async function pauseOne(target: KafkaAppsTarget, paused: Paused, round: LoadedRound): Promise<void> {
  const { dice, load } = round;
  const program = target.app(secondOf(paused));
  promised(program?.isRunning() === true, 'it ended at its start');
  await load.sent(1);
  if (!isInTheMiddle(round)) {
    await pause(dice.between(0, 1_500));
    program.signal('SIGSTOP');
  }
  await eventually(() => stateOf(program.pid) === 'T', { what: 'it standing still', timeoutMs: 60_000 });
  try {
    const { KAFKA_BROKERS: brokers = '' } = target.variables;
    const isAlone = async () => (await membersOf(brokers, `${target.topicPrefix}${paused.group}`)) === 1;
    await eventually(isAlone, { what: 'the group being the other one’s', timeoutMs: 60_000 });
    await pause(dice.between(0, 2_000));
    promised(!load.isOver(), 'the load was over before the other one had taken over');
  } finally {
    program.signal('SIGCONT');
  }
  await sameProgramsReady(target, ['ingest', 'projector', 'query', secondOf(paused)]);
}

function pausedFault(paused: Paused, where: string): Fault {
  return makeFault({
    name: `paused-${paused.kind}`,
    log: 'kafka',
    what: `one of two of ${paused.kind} is stopped by SIGSTOP, ${where} in half of the rounds, until its session is over and the other one has the group for itself, then continues`,
    ...{ seeds: 4, load: LASTING, make: (folder: string) => makeKafkaApps({ folder }) },
    prepare: (target, round) => prepare(target, paused, round),
    strike: (target, round) => pauseOne(target, paused, round),
  });
}

export const PAUSED = [
  pausedFault(
    { kind: 'projector', group: 'mps-ledger.project.tasks_v1', failpoint: 'projector.in-batch' },
    'in the middle of a batch',
  ),
  pausedFault(
    { kind: 'ingest', group: DERIVE_GROUP, failpoint: 'derive.after-append' },
    'with events appended and the progress of deriving not yet committed',
  ),
];
