import { startCmqProgramQueue } from '@mps-ledger/testing';
import type { Fault, LoadedRound } from '../fault';
import { standaloneReceiver, withQueue, type SourceTarget } from '../targets/sources';
import type { StandaloneTarget } from '../targets/standalone';
import { untilReady } from '../targets/target';
import { atStep, handlesExpired, keyRotated, killed, logAway, queueTroubled } from './source-faults';

const CMQ = {
  ...({ prefix: 'source-', source: 'a queue', log: 'postgres' } as const),
  make: withQueue(startCmqProgramQueue, standaloneReceiver),
};
/** Errors of CMQ that pass. */
const CMQ_CODES = [4420, 4480, 6000, 6050, 6070];

async function killPostgres(target: StandaloneTarget & SourceTarget, round: LoadedRound): Promise<void> {
  process.kill(target.postgresPid(), 'SIGKILL');
  round.killed();
  await untilReady(target.api, target.receiver());
}

/** Of sources, with the log in Postgres. */
export const SOURCE_FAULTS: readonly Fault[] = [
  killed(CMQ),
  atStep(CMQ, ['source-queue.received', 'dies with messages of {source} received and not yet on the log', 10]),
  atStep(CMQ, ['source-queue.before-delete', 'dies with messages on the log and not yet deleted from {source}', 10]),
  atStep(CMQ, ['source-queue.after-delete', 'dies with messages just deleted from {source}', 10]),
  logAway(CMQ, 'Postgres', killPostgres),
  handlesExpired(CMQ),
  queueTroubled(CMQ, CMQ_CODES),
  keyRotated(CMQ),
];
