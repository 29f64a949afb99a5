import type { EventLog } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import type { ConfiguredSource } from '../sources/notification-sources';
import { startIngest } from '../start';

/** Ingest with these callbacks, each at the path of its id, which derives nothing, and tries handlers again soon. */
export async function startIngestOfCallbacks(
  log: EventLog,
  callbacks: readonly { readonly id: string; readonly forwardTo?: string | undefined }[],
) {
  const [metrics, health] = [makeMetrics({ processMetrics: false }), makeHealth()];
  const common = { account: 'default', transport: 'callback', keys: [], expired: 'accept' } as const;
  const sources = callbacks.map(({ id, forwardTo }): ConfiguredSource => ({
    ...{ ...common, id, path: id },
    ...(forwardTo !== undefined && { forwardTo }),
  }));
  const ingest = await startIngest({
    config: { CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_EXPIRED: 'accept' },
    identity: await log.identity(),
    derive: () => ({ problems: () => [], stop: () => Promise.resolve() }),
    forwardTimings: { answerMs: 10_000, longestPauseMs: 200 },
    ...{ sources, log, logger: silentLogger(), metrics, health },
  });
  return {
    callbackUrl: ingest.callbackUrl,
    async problem(source: string) {
      const { checks } = await health.report();
      return checks.find(({ name }) => name === `forward ${source}`)?.reason ?? null;
    },
    isReady: async () => (await health.report()).status === 'ready',
    metrics: () => metrics.text(),
    close: () => ingest.close(),
  };
}
