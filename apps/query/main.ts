import { runProgram } from '@mps-ledger/platform';
import { watchDatabase } from './database-watch';
import { databaseOf } from './pool';
import { NEIGHBOURS_SETTINGS, querySettings, queryMistakes } from './query.config';
import { startQuery } from './start';

void runProgram({
  name: 'query',
  schema: querySettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  alsoKnown: NEIGHBOURS_SETTINGS,
  check: queryMistakes,
  async start({ config, logger, metrics, health, signal }) {
    void watchDatabase({ database: databaseOf(config), health, logger, signal });
    const query = await startQuery({ config, logger, metrics, health });
    logger.info({ url: query.url }, 'the API is open');
    return query;
  },
});
