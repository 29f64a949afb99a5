import { httpApplication, type HttpLimits } from '@mps-ledger/platform';
import { IngestLog } from './ingest-log';
import { IngestModule, type IngestProgram, type StartDeriving } from './ingest.module';
import { configuredSources } from './sources/configured-sources';
import type { ConfiguredSource } from './sources/notification-sources';
import { reloadAtSignal } from './sources/reload-sources';
import { RunningSources } from './sources/running-sources';
import { START_DERIVING } from './tokens';

/** A running ingest: notifications are received, and what was received is derived. */
export interface Ingest {
  /** `http://127.0.0.1:8081/notify/mps`: where callbacks of the first source that is called are taken. */
  readonly callbackUrl: string;
  /** Those at the start. */
  readonly sources: readonly ConfiguredSource[];
  /** Answers the requests in flight, appends what waits, finishes the batches in flight. */
  close(): Promise<void>;
}

/** Slower senders are disconnected; MPS sends a few kilobytes at once. */
const CALLBACK_LIMITS = { headersMs: 10_000, requestMs: 30_000, idleMs: 40_000 } satisfies Partial<HttpLimits>;

/** Callbacks have their source's path after it. */
const PATHS = '/notify/';

/** Opens the callback listener and starts deriving. Rejects where it cannot listen. */
export async function startIngest(program: IngestProgram): Promise<Ingest> {
  const { config, logger, metrics, health, limits } = program;
  let sources: RunningSources | null = null;
  const http = await httpApplication({
    name: 'callback',
    module: IngestModule.forRoot(program),
    knows: (path) => path.startsWith(PATHS) && sources?.at(path.slice(PATHS.length)) !== undefined,
    bodies: 'unread',
    host: config.CALLBACK_HOST,
    port: config.CALLBACK_PORT,
    limits: { ...CALLBACK_LIMITS, ...limits },
    ...{ logger, metrics, health },
  });
  const running = http.nest.get(RunningSources);
  sources = running;
  await http.nest.get(IngestLog).begin(http.nest.get<StartDeriving>(START_DERIVING));
  const read = () => configuredSources(config);
  const stopReloading =
    config.SOURCES_FILE === undefined ? () => undefined : reloadAtSignal({ read, sources: running, logger });
  return {
    sources: running.all,
    callbackUrl: `${http.url}${PATHS}${running.firstPath ?? ''}`,
    close() {
      stopReloading();
      return http.close();
    },
  };
}
