/** The derive thread: takes the commands to begin and to stop, and sends what is counted. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type LogIdentity, makeEventLog } from '@mps-ledger/event-log';
import { armFailpointsOfThread, makeLogger } from '@mps-ledger/platform';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import type { DeriveMetrics } from './derive';
import {
  REPORT_INTERVAL_MS,
  type DeriveThreadData,
  type DeriveThreadMessage,
  type DeriveThreadCommand,
} from './derive-thread';
import { startDeriving } from './deriving';
import { INGEST_FAILPOINTS } from '../failpoints';

const { config } = workerData as DeriveThreadData;

/** Starts deriving a log; returns the function that stops it. */
function derive(identity: LogIdentity): () => Promise<void> {
  lowerPriority();
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
  const send = (message: DeriveThreadMessage): void => parentPort?.postMessage(message);
  const metrics: DeriveMetrics = {
    appended: (appended) => send({ appended }),
    notInterpreted: (notInterpreted) => send({ notInterpreted }),
    readAgain: (intactAgain) => send({ intactAgain }),
    failed: (failed) => send({ failed }),
  };
  const deriving = startDeriving({ log, generations: identity, logger, metrics });
  // Also the liveness signal to the main thread.
  const reporting = setInterval(() => send({ problems: deriving.problems() }), REPORT_INTERVAL_MS);
  return async () => {
    clearInterval(reporting);
    await deriving.stop();
    await log.close();
  };
}

/** A third of the weight of the other threads: enough to stay in the group on a machine at full load. */
const NICE = 5;

/** Gives callbacks priority where cores are few: records wait in the log, but senders give up. */
function lowerPriority(): void {
  // Linux has a nice value per thread (setpriority(2), "C library/kernel differences"); elsewhere it would be the process's.
  if (process.platform === 'linux') setPriority(0, NICE);
}

let end: () => Promise<void> = () => Promise.resolve();

parentPort?.on('message', (task: DeriveThreadCommand) => {
  if (task !== 'stop') end = derive(task.derive);
  else void end().then(() => process.exit());
});
