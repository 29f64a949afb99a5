import type { EventLog } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger, type Logger } from '@mps-ledger/platform';
import type { ConfiguredSource } from '../sources/notification-sources';
import { startIngest } from '../start';

/** Ingest with these sources, which derives nothing, and tries wrong keys again soon. */
export async function startSources(
  log: EventLog,
  sources: readonly ConfiguredSource[],
  logger: Logger = silentLogger(),
) {
  const metrics = makeMetrics({ processMetrics: false });
  const health = makeHealth();
  const ingest = await startIngest({
    config: { CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_EXPIRED: 'accept' },
    identity: await log.identity(),
    derive: () => ({ problems: () => [], stop: () => Promise.resolve() }),
    sourceTimings: { stoppedMs: 1000, longestPauseMs: 1000 },
    ...{ sources, log, logger, metrics, health },
  });
  return { ingest, metrics, health };
}
