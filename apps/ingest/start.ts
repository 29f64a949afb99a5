import { httpApplication, type HttpLimits } from '@mps-ledger/platform';
import { IngestLog } from './ingest-log';
import { IngestModule, type IngestProgram, type StartDeriving } from './ingest.module';
import { notificationSourcesOf } from './sources/notification-sources';
import { START_DERIVING } from './tokens';

/** A running ingest: callbacks are received, and what was received is derived. */
export interface Ingest {
  /** `http://127.0.0.1:8081/notify/mps`: where callbacks are taken. */
  readonly callbackUrl: string;
  /** Answers the requests in flight, appends what waits, finishes the batches in flight. */
  close(): Promise<void>;
}

/** Slower senders are disconnected; MPS sends a few kilobytes at once. */
const CALLBACK_LIMITS = { headersMs: 10_000, requestMs: 30_000, idleMs: 40_000 } satisfies Partial<HttpLimits>;

/** Opens the callback listener and starts deriving. Rejects where it cannot listen. */
export async function startIngest(program: IngestProgram): Promise<Ingest> {
  const { config, logger, metrics, health, limits } = program;
  const paths = new Set(notificationSourcesOf(config).map(({ path }) => `/notify/${path}`));
  const http = await httpApplication({
    name: 'callback',
    module: IngestModule.forRoot(program),
    knows: (path) => paths.has(path),
    bodies: 'unread',
    host: config.CALLBACK_HOST,
    port: config.CALLBACK_PORT,
    limits: { ...CALLBACK_LIMITS, ...limits },
    ...{ logger, metrics, health },
  });
  await http.nest.get(IngestLog).begin(http.nest.get<StartDeriving>(START_DERIVING));
  return { callbackUrl: `${http.url}/notify/${config.MPS_NOTIFY_PATH}`, close: () => http.close() };
}
