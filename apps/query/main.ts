import { runProgram } from '@mps-ledger/platform';
import { querySettings } from './query.config';
import { startQuery } from './start';

void runProgram({
  name: 'query',
  schema: querySettings,
  start: async ({ config, logger, metrics, health }) => {
    const query = await startQuery({ config, logger, metrics, health });
    logger.info({ url: query.url }, 'the API is open');
    return query;
  },
});
