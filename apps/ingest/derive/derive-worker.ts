/** The thread that derives. Whoever started it tells it when to begin and when to stop, and hears what is to be counted. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type LogIdentity, makeEventLog } from '@mps-ledger/event-log';
import { armFailpointsOfThread, makeLogger } from '@mps-ledger/platform';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import type { DeriveMetrics } from './derive';
import { SAYS_EVERY_MS, type DeriveThreadData, type DeriveThreadSays, type DeriveThreadTask } from './derive-thread';
import { startDeriving } from './deriving';
import { INGEST_FAILPOINTS } from '../failpoints';

const { config } = workerData as DeriveThreadData;

/** Begins to derive a log; answers what ends that. */
function derive(identity: LogIdentity): () => Promise<void> {
  letOthersFirst();
  armFailpointsOfThread(process.env, INGEST_FAILPOINTS);
  const logger = makeLogger({ app: 'ingest', level: config.LOG_LEVEL });
  const log = makeEventLog({
    layout: LEDGER_LAYOUT,
    settings: config,
    url: config.DATABASE_URL,
    name: 'mps-ledger derive',
    logger,
  });
  log.guard.expect(identity);
  const say = (says: DeriveThreadSays): void => parentPort?.postMessage(says);
  const metrics: DeriveMetrics = {
    appended: (appended) => say({ appended }),
    notInterpreted: (notInterpreted) => say({ notInterpreted }),
    readAgain: (heldAgain) => say({ heldAgain }),
    failed: (failed) => say({ failed }),
  };
  const deriving = startDeriving({ log, generations: identity, logger, metrics });
  // Also the sign of life by which the other thread knows that this one turns.
  const telling = setInterval(() => say({ problems: deriving.problems() }), SAYS_EVERY_MS);
  return async () => {
    clearInterval(telling);
    await deriving.stop();
    await log.close();
  };
}

/** A third of the weight of the other threads: enough to keep its place in the group on a machine that has no time to spare. */
const NICE = 5;

/** Where cores are few, callbacks come first: what is to be derived waits in the log, and a sender does not. */
function letOthersFirst(): void {
  // Linux has a nice value per thread (setpriority(2), "C library/kernel differences"); elsewhere it would be the process's.
  if (process.platform === 'linux') setPriority(0, NICE);
}

let end: () => Promise<void> = () => Promise.resolve();

parentPort?.on('message', (task: DeriveThreadTask) => {
  if (task !== 'stop') end = derive(task.derive);
  else void end().then(() => process.exit());
});
