import { Type } from 'typebox';
import {
  databaseMistakes,
  kafkaMistakes,
  ledgerToolSettings,
  readConfiguration,
  type Settings,
} from '@mps-ledger/platform';
import { sourcesFileSettings } from '../ingest.config';

/** All settings of the import: those of tools, and the file that names sources. */
export const importSettings = Type.Object({ ...ledgerToolSettings.properties, ...sourcesFileSettings });

export type ImportConfig = Settings<typeof importSettings>;

/** Reads the settings from the environment; throws a ConfigurationError that lists all mistakes. */
export function readImportConfiguration(): ImportConfig {
  return readConfiguration(importSettings, process.env, {
    app: 'import',
    check: (given) => [...kafkaMistakes(given), ...databaseMistakes(given)],
  });
}
