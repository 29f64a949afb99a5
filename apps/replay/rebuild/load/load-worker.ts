/** The program of a thread that loads partitions: see load-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { makePool } from '@mps-ledger/database';
import { makeEventLog } from '@mps-ledger/event-log';
import { makeLogger } from '@mps-ledger/platform';
import { readModelIn } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { load } from './load';
import type { LoadThreadData, LoadThreadMessage } from './load-thread';

const NAME = 'mps-ledger rebuild';
const CONNECT_MS = 30_000;
const STATEMENT_MS = 60_000;

async function main(): Promise<void> {
  const { config, database, schema, identity, ends, partitions, concurrency, recordsPerSecond } =
    workerData as LoadThreadData;
  const say = (message: LoadThreadMessage): void => parentPort?.postMessage(message);
  const stopping = new AbortController();
  parentPort?.on('message', () => stopping.abort());
  const logger = makeLogger({ app: 'rebuild', level: config.LOG_LEVEL });
  const settings = { ...config, DATABASE_POOLER: database.pooler ?? 'none' };
  const log = makeEventLog({
    ...{ settings, layout: LEDGER_LAYOUT, url: database.url, name: NAME, logger },
    statementTimeoutMs: STATEMENT_MS,
  });
  const pool = makePool({
    ...{ database, name: NAME, connections: concurrency + 1, connectMs: CONNECT_MS, answerMs: 0 },
    onIdleEnd: () => undefined,
  });
  try {
    await load({
      ...{ model: readModelIn(schema, pool), log, identity, ends, partitions, concurrency, recordsPerSecond, logger },
      onProgress: (at, position) => say({ at, position }),
      signal: stopping.signal,
    });
  } catch (error) {
    const { message = String(error), code = null } = Object(error) as { message?: string; code?: unknown };
    say({ failed: { message, code: typeof code === 'string' ? code : null } });
  } finally {
    await log.close();
    await pool.end();
    parentPort?.close();
  }
}

void main();
