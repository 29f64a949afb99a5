import { httpApplication, runProgram } from '@mps-ledger/platform';
import { mpsApiMistakes, mpsApiSettings } from './mps-api.config';
import { startMpsApi } from './start';

void runProgram({
  name: 'mps-api',
  schema: mpsApiSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  check: mpsApiMistakes,
  async start({ config, logger, metrics, health, onClose }) {
    const { HEALTH_HOST: host, HEALTH_PORT: port, MPS_API_KEYS: keys } = config;
    const probes = await httpApplication({ name: 'health', host, port, probes: true, logger, metrics, health });
    onClose('health listener', () => probes.close());
    const api = await startMpsApi({ config, logger, metrics, health });
    logger.info({ url: api.url, signatures: keys === undefined ? 'not checked' : 'checked' }, 'the API is open');
    return api;
  },
});
