import { makePostgresLog, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { backoff, httpApplication, pause, runProgram, type Logger } from '@mps-ledger/platform';
import { INGEST_FAILPOINTS } from './failpoints';
import { callbackMistakes, ingestSettings } from './ingest.config';
import { startIngest } from './start';

void runProgram({
  name: 'ingest',
  schema: ingestSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  failpoints: INGEST_FAILPOINTS,
  check: callbackMistakes,
  async start({ config, logger, metrics, health, signal, onClose, fail }) {
    const { HEALTH_HOST: host, HEALTH_PORT: port } = config;
    const probes = await httpApplication({ name: 'health', host, port, probes: true, logger, metrics, health });
    onClose('health listener', () => probes.close());
    const log = makePostgresLog({ url: config.DATABASE_URL, applicationName: 'mps-ledger ingest', logger });
    onClose('event log', () => log.close());
    const identity = waitForLog(log, logger, signal);
    identity.catch((error: unknown) => {
      if (!signal.aborted) fail(error);
    });
    const ingest = await startIngest({ config, log, identity, logger, metrics, health });
    logger.info({ callbacks: ingest.callbackUrl }, 'receiving');
    return ingest;
  },
});

/** Waits without end for a log that is set up. Rejects when told to stop. */
async function waitForLog(log: EventLog, logger: Logger, signal: AbortSignal): Promise<LogIdentity> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await log.identity();
    } catch (error) {
      logger.warn({ attempt, err: error }, 'waiting for the event log');
    }
    await pause(backoff(attempt), signal);
    signal.throwIfAborted();
  }
}
