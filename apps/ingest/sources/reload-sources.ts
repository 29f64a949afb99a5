import { coalesce } from '@mps-ledger/async';
import { ConfigurationError, type Logger } from '@mps-ledger/platform';
import type { ConfiguredSource } from './notification-sources';
import type { RunningSources } from './running-sources';

export interface ReloadOptions {
  /** Reads the sources again. @throws ConfigurationError */
  readonly read: () => readonly ConfiguredSource[];
  readonly sources: RunningSources;
  readonly logger: Logger;
  /** Where the signal comes from. Default: this process. */
  readonly host?: NodeJS.EventEmitter;
}

/**
 * Reads the sources again at SIGHUP: what has changed is drained and started again, the rest is left alone. A file with a mistake changes
 * nothing, and the log says what is wrong. Returns what ends this.
 */
export function reloadAtSignal({ read, sources, logger, host = process }: ReloadOptions): () => void {
  const reload = coalesce(async () => {
    try {
      const changes = await sources.replace(read());
      logger.info({ ...changes }, 'the file of sources was read again');
    } catch (error) {
      const mistakes =
        error instanceof ConfigurationError ? error.mistakes.map(({ message }) => message) : [String(error)];
      logger.error({ mistakes }, 'the file of sources is wrong: nothing has changed');
    }
  });
  const onSignal = (): void => void reload();
  host.on('SIGHUP', onSignal);
  return () => void host.off('SIGHUP', onSignal);
}
