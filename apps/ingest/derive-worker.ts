/** The thread that derives. Whoever started it tells it to stop, and hears what it counts. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { EventLog } from '@mps-ledger/event-log';
import { makeLedgerLog } from '@mps-ledger/ledger-log';
import { armFailpointsOfThread, makeLogger } from '@mps-ledger/platform';
import type { DeriveMetrics } from './derive';
import type { DeriveThreadData, DeriveThreadSays } from './derive-thread';
import { startDeriving, type Deriving } from './deriving';
import { INGEST_FAILPOINTS } from './failpoints';

const { config } = workerData as DeriveThreadData;

function main(): void {
  letOthersFirst();
  armFailpointsOfThread(process.env, INGEST_FAILPOINTS);
  const logger = makeLogger({ app: 'ingest', level: config.LOG_LEVEL });
  const log = makeLedgerLog({ settings: config, url: config.DATABASE_URL, name: 'mps-ledger derive', logger });
  const say = (says: DeriveThreadSays): void => parentPort?.postMessage(says);
  const metrics: DeriveMetrics = {
    appended: (appended) => say({ appended }),
    notInterpreted: (notInterpreted) => say({ notInterpreted }),
  };
  const deriving = startDeriving({ log, logger, metrics });
  parentPort?.once('message', () => void stop(deriving, log));
}

async function stop(deriving: Deriving, log: EventLog): Promise<void> {
  await deriving.stop();
  await log.close();
  process.exit();
}

/** Where cores are few, callbacks come first: what is to be derived waits in the log, and a sender does not. */
function letOthersFirst(): void {
  // Linux has a nice value per thread (setpriority(2), "C library/kernel differences"); elsewhere it would be the process's.
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
}

main();
