import type { EventLog } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger, type Logger } from '@mps-ledger/platform';
import type { ConfiguredSource } from '../sources/notification-sources';
import { startIngest } from '../start';

/** A running ingest, and what it says of itself. */
export interface IngestOfQueues {
  /** What `/readyz?verbose` would say of a source; null: nothing wrong. */
  problem(source: { readonly id: string }): Promise<string | null>;
  isReady(): Promise<boolean>;
  /** The text of its metrics. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** Ingest with these sources, which derives nothing, and tries wrong keys again soon. */
export async function startIngestOfQueues(
  log: EventLog,
  sources: readonly ConfiguredSource[],
  logger: Logger = silentLogger(),
): Promise<IngestOfQueues> {
  const metrics = makeMetrics({ processMetrics: false });
  const health = makeHealth();
  const ingest = await startIngest({
    config: { CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_EXPIRED: 'accept' },
    identity: await log.identity(),
    derive: () => ({ problems: () => [], stop: () => Promise.resolve() }),
    sourceTimings: { misconfiguredMs: 1000, longestPauseMs: 1000 },
    ...{ sources, log, logger, metrics, health },
  });
  return {
    async problem({ id }) {
      const { checks } = await health.report();
      return checks.find(({ name }) => name === `source ${id}`)?.reason ?? null;
    },
    isReady: async () => (await health.report()).status === 'ready',
    metrics: () => metrics.text(),
    close: () => ingest.close(),
  };
}
