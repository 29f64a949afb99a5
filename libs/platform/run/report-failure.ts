import { ConfigurationError } from '../configuration/configuration-error';
import type { Logger } from '../logging/make-logger';
import { printableLines } from '../logging/printable';
import { StartFailure } from './start-failure';

/**
 * Reports the error that ended a program: plain readable text where its user can correct it, else a log line with the stack (or,
 * before there is a logger, the stack). Returns the exit code.
 */
export function reportFailure(
  host: { readonly stderr: { write(text: string): unknown } },
  error: unknown,
  logger?: Logger,
): number {
  if (error instanceof ConfigurationError || error instanceof StartFailure) {
    host.stderr.write(`${printableLines(error.message)}\n`);
    return error.exitCode;
  }
  if (logger === undefined)
    host.stderr.write(`${printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  else logger.fatal({ err: error instanceof Error ? error : new Error(String(error)) }, 'the program failed and exits');
  return 1;
}
