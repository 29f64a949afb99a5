import { logInWords } from '@mps-ledger/event-log';
import { runProgram } from '@mps-ledger/platform';
import { KAFKA_SETUP_FAILPOINTS, SETUP_FAILPOINTS } from './failpoints';
import { setUpLedger } from './set-up-ledger';
import { setupMistakes, setupSettings } from './setup.config';

void runProgram({
  name: 'setup',
  schema: setupSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  failpoints: [...SETUP_FAILPOINTS, ...KAFKA_SETUP_FAILPOINTS],
  check: setupMistakes,
  once: true,
  async start({ config, logger, signal }) {
    const { DATABASE_URL: url } = config;
    const identity = await setUpLedger({ settings: config, url, logger, signal });
    process.stdout.write(`The ledger is set up: ${logInWords(identity)}, ${identity.partitions} partitions.\n`);
  },
});
