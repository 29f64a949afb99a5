import { ConfigurationError, isLoopback } from '@mps-ledger/platform';
import type { SourcesConfig } from '../ingest.config';
import { readSourcesFile } from './file/read-sources-file';
import { notificationSourcesOf, type ConfiguredSource } from './notification-sources';

/** The sources of the file, where there is one, or of the variables. @throws ConfigurationError where the file is wrong */
export function configuredSources(config: SourcesConfig): readonly ConfiguredSource[] {
  if (config.SOURCES_FILE === undefined) return notificationSourcesOf(config);
  const { CALLBACK_HOST: host, CALLBACK_PORT: port } = config;
  const read = readSourcesFile(config.SOURCES_FILE, { isOpen: !isLoopback(host), listener: { host, port } });
  if ('sources' in read) return read.sources;
  throw new ConfigurationError(
    'ingest',
    read.mistakes.map((message) => ({ key: 'SOURCES_FILE', message })),
  );
}
