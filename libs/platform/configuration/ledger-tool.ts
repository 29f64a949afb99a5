import { Type } from 'typebox';
import { databaseMistakes } from './database-mistakes';
import { EVENT_LOG_OR_POSTGRES, kafkaMistakes, kafkaSettings, logLayoutSettings } from './event-log-settings';
import { readConfiguration } from './read-configuration';
import type { Settings } from './setting';
import { DATA_DIR, databaseSettings, OPTIONAL_DATABASE_URL, processSettings } from './shared-settings';

/** All settings of the tools that open a ledger; what they do with it is said by their arguments. */
export const ledgerToolSettings = Type.Object({
  DATA_DIR,
  DATABASE_URL: OPTIONAL_DATABASE_URL,
  ...databaseSettings,
  EVENT_LOG: EVENT_LOG_OR_POSTGRES,
  ...kafkaSettings,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
  LOG_LEVEL: processSettings.LOG_LEVEL,
});

export type LedgerToolConfig = Settings<typeof ledgerToolSettings>;

/** Reads the settings of a tool from the environment; throws a ConfigurationError that lists all mistakes. */
export function readToolConfiguration(app: string): LedgerToolConfig {
  return readConfiguration(ledgerToolSettings, process.env, {
    app,
    check: (given) => [...kafkaMistakes(given), ...databaseMistakes(given)],
  });
}
