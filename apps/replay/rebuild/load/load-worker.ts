/** The program of a thread that loads partitions: see load-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { makeLogger } from '@mps-ledger/platform';
import { readModelIn } from '@mps-ledger/read-model';
import { connectToLedger } from '../open-ledger';
import { load } from './load';
import type { LoadThreadData, LoadThreadMessage } from './load-thread';

async function main(): Promise<void> {
  const { config, database, schema, identity, ends, partitions, concurrency, recordsPerSecond } =
    workerData as LoadThreadData;
  const say = (message: LoadThreadMessage): void => parentPort?.postMessage(message);
  const stopping = new AbortController();
  parentPort?.on('message', () => stopping.abort());
  const logger = makeLogger({ app: 'rebuild', level: config.LOG_LEVEL });
  const ledger = connectToLedger({ config, database, connections: concurrency + 1, logger });
  try {
    await load({
      ...{
        model: readModelIn(schema, ledger.pool),
        log: ledger.log,
        identity,
        ends,
        partitions,
        concurrency,
        recordsPerSecond,
        logger,
      },
      onProgress: (at, position) => say({ at, position }),
      signal: stopping.signal,
    });
  } catch (error) {
    const { message = String(error), code = null } = Object(error) as { message?: string; code?: unknown };
    say({ failed: { message, code: typeof code === 'string' ? code : null } });
  } finally {
    await ledger.close();
    parentPort?.close();
  }
}

void main();
