import { databaseNeeds, type LogIdentity, makeEventLog } from '@mps-ledger/event-log';
import { httpApplication, isLoopback, runProgram } from '@mps-ledger/platform';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import type { DeriveMetrics } from './derive/derive';
import { startDeriveThread } from './derive/derive-thread';
import { INGEST_FAILPOINTS } from './failpoints';
import { ingestMistakes, ingestSettings } from './ingest.config';
import { waitForKnownLog, type MissingLog } from './find-known-log';
import { surviveHangups } from './sources/survive-hangups';
import { startIngest } from './start';

void runProgram({
  name: 'ingest',
  schema: ingestSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_', 'CMQ_', 'SQS_'],
  failpoints: INGEST_FAILPOINTS,
  check: ingestMistakes,
  async start({ config, logger, metrics, health, signal, onClose, fail }) {
    surviveHangups(config);
    const { DATABASE_URL: url, HEALTH_HOST: host, HEALTH_PORT: port } = config;
    // It loads its program while this thread prepares the rest.
    const thread = startDeriveThread({ config, fail });
    onClose('thread that derives', () => thread.stop());
    const probes = await httpApplication({ name: 'health', host, port, probes: true, logger, metrics, health });
    onClose('health listener', () => probes.close());
    const log = makeEventLog({
      layout: LEDGER_LAYOUT,
      settings: config,
      url,
      name: 'mps-ledger ingest',
      logger,
      metrics,
    });
    onClose('event log', () => log.close());
    const database = { url, pooler: config.DATABASE_POOLER, directUrl: config.DATABASE_DIRECT_URL };
    const ways = { database, needs: databaseNeeds(config) };
    const started = 'it has only just started';
    let missing: MissingLog | null = { code: 'log-unavailable', reason: started, brief: started };
    health.check('known-log', () => missing);
    const identity = waitForKnownLog({ log, ...ways, logger, signal, onWaiting: (found) => (missing = found) });
    identity.catch((error: unknown) => {
      if (!signal.aborted) fail(error);
    });
    const derive = (counted: DeriveMetrics, found: LogIdentity) => thread.derive(counted, found);
    const ingest = await startIngest({
      ...{ config, log, identity, logger, metrics, health, derive },
      waitingFor: () => missing?.code ?? null,
    });
    // The path is a secret where other machines reach the listener.
    const callbacks = isLoopback(config.CALLBACK_HOST) ? ingest.callbackUrl : new URL(ingest.callbackUrl).origin;
    logger.info({ callbacks }, 'receiving');
    return ingest;
  },
});
