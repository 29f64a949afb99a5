import { makeLedgerLog } from '@mps-ledger/ledger-log';
import { httpApplication, kafkaMistakes, runProgram } from '@mps-ledger/platform';
import { PROJECTOR_FAILPOINTS } from './failpoints';
import { makeProjectorPool } from './pool';
import { projectorSettings } from './projector.config';
import { startProjector } from './start';

void runProgram({
  name: 'projector',
  schema: projectorSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  failpoints: PROJECTOR_FAILPOINTS,
  check: kafkaMistakes,
  async start({ config, logger, metrics, health, onClose }) {
    const { DATABASE_URL: url, HEALTH_HOST: host, HEALTH_PORT: port } = config;
    const probes = await httpApplication({ name: 'health', host, port, probes: true, logger, metrics, health });
    onClose('health listener', () => probes.close());
    const log = makeLedgerLog({ settings: config, url, name: 'mps-ledger projector log', logger });
    onClose('event log', () => log.close());
    const pool = makeProjectorPool({ url, logger });
    onClose('connections', () => pool.end());
    const projector = await startProjector({ log, pool, logger, metrics, health });
    logger.info({ probes: probes.url }, 'projecting');
    return projector;
  },
});
