import { v7 as uuidv7 } from 'uuid';
import { type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { httpApplication, type Health, type Logger, type Metrics } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/wire';
import { DERIVE_GROUP, makeDerive } from './derive';
import type { CallbackConfig } from './ingest.config';
import { makeIngestMetrics, type IngestMetrics } from './ingest-metrics';
import { IngestModule } from './ingest.module';
import { makeReceive } from './receive';
import { SharedAppends } from './shared-appends';
import { sourcesOf } from './sources';
import { makeTurns } from './turns';

export interface StartIngestOptions {
  readonly config: CallbackConfig;
  /** Stays the caller's to close. */
  readonly log: EventLog;
  readonly identity: LogIdentity;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}

/** Running: callbacks are received, and what was received is derived. */
export interface Ingest {
  /** `http://127.0.0.1:8081/notify/mps`: where callbacks are taken. */
  readonly callbackUrl: string;
  /** Answers what is being received, appends what waits, finishes the batches under way. */
  close(): Promise<void>;
}

/** A sender that is slower than this is cut off; MPS sends a few kilobytes at once. */
const LIMITS = { headersMs: 10_000, requestMs: 30_000, idleMs: 40_000 };

export async function startIngest(options: StartIngestOptions): Promise<Ingest> {
  const { config, log, identity, logger, metrics, health } = options;
  const counted = makeIngestMetrics(metrics);
  const raw = new SharedAppends({ append: (partition, records) => log.append(TOPICS.raw, partition, records) });
  const rejected = new SharedAppends({
    append: (partition, records) => log.append(TOPICS.rejected, partition, records),
  });
  metrics.gauge({
    name: 'receive_waiting_bytes',
    help: 'Bytes that wait for the log.',
    collect: (gauge) => gauge.set(raw.waitingBytes),
  });
  const sources = sourcesOf(config);
  const receive = makeReceive({
    ...{ raw, rejected, identity, metrics: counted },
    now: () => new Date(),
    newId: uuidv7,
    onUnavailable: (error) => logger.warn({ err: error }, 'a notification could not be logged'),
  });
  const application = await httpApplication({
    name: 'callback',
    module: IngestModule.forRoot({ sources, receive }),
    host: config.CALLBACK_HOST,
    port: config.CALLBACK_PORT,
    limits: LIMITS,
    ...{ logger, metrics, health },
  });
  const forgetChecks = checkLog(health, log, identity);
  const follower = followRaw(log, counted, logger);
  return {
    callbackUrl: `${application.url}/notify/${config.MPS_NOTIFY_PATH}`,
    async close() {
      await application.close();
      await Promise.all([raw.close(), rejected.close(), follower.stop()]);
      forgetChecks();
    },
  };
}

function followRaw(log: EventLog, metrics: IngestMetrics, logger: Logger) {
  const append: EventLog['append'] = (topic, partition, records) => log.append(topic, partition, records);
  return log.follow({
    group: DERIVE_GROUP,
    topic: TOPICS.raw,
    onBatch: makeDerive({ append, metrics, turns: makeTurns() }),
    onFailure: ({ partition, error, attempt }) =>
      logger.warn({ partition, attempt, err: error }, 'deriving failed and is tried again'),
  });
}

/** Ready when the log answers and is the one that was found at the start. */
function checkLog(health: Health, log: EventLog, expected: LogIdentity): () => void {
  const forget = health.check('log', async () => {
    const found = await log.identity();
    const same = found.logId === expected.logId && found.generation === expected.generation;
    return same
      ? null
      : `the log is ${found.logId} generation ${found.generation}, not ${expected.logId} generation ${expected.generation}`;
  });
  return forget;
}
