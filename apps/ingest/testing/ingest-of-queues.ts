import type { EventLog } from '@mps-ledger/event-log';
import { makeHealth, makeLogger, makeMetrics } from '@mps-ledger/platform';
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

/** A line of its log. */
interface LogLine extends Readonly<Record<string, unknown>> {
  readonly msg: string;
}

/** Ingest with these sources, which derives nothing, and tries wrong keys again soon. `say`: called with each line of its log. */
export async function startIngestOfQueues(
  log: EventLog,
  sources: readonly ConfiguredSource[],
  say: (line: LogLine) => void,
): Promise<IngestOfQueues> {
  const metrics = makeMetrics({ processMetrics: false });
  const health = makeHealth();
  const destination = { write: (line: string) => say(JSON.parse(line) as LogLine) };
  const logger = makeLogger({ app: 'ingest', destination });
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
