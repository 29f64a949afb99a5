import { apiListenerMistakes, runProgram } from '@mps-ledger/platform';
import { NEIGHBOURS_SETTINGS, querySettings } from './query.config';
import { startQuery } from './start';

void runProgram({
  name: 'query',
  schema: querySettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  alsoKnown: NEIGHBOURS_SETTINGS,
  check: apiListenerMistakes,
  async start({ config, logger, metrics, health }) {
    const query = await startQuery({ config, logger, metrics, health });
    logger.info({ url: query.url }, 'the API is open');
    return query;
  },
});
