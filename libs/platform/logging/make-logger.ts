import { isatty } from 'node:tty';
import {
  destination,
  pino,
  stdSerializers,
  stdTimeFunctions,
  type DestinationStream,
  type Logger as PinoLogger,
} from 'pino';

import { terminalLines } from './terminal-lines';

export type Logger = PinoLogger;

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  /** The program's name, on each line. */
  readonly app: string;
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Where lines go. Default: standard error, as JSON, or short readable lines where that is a terminal. */
  readonly destination?: DestinationStream;
}

/** Members that are never written, wherever they stand at these depths. */
const SECRETS = ['authorization', 'password', 'secret', 'token', 'apiKey', 'apiKeys', 'connectionString'];

/**
 * A logger that writes one JSON object a line: `level` (a word), `time` (RFC 3339), `app`, `msg`, then what was given.
 * Writing is synchronous, so that the last words of a dying process are not lost.
 */
export function makeLogger({ app, level = 'info', destination: given }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { app },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: serializedError },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
    },
    given ?? standardError(),
  );
}

/** An error as pino has it, without the connection that the pool of pg hangs on it: how it was made is nobody's business. */
function serializedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (Object.hasOwn(error, 'client')) Object.defineProperty(error, 'client', { enumerable: false });
  return stdSerializers.err(error);
}

/** A logger that says nothing, for specs and tools. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

function standardError(): DestinationStream {
  // Asked of the descriptor, as `process.stderr` is no terminal to any thread but the first.
  if (isatty(2)) return terminalLines(process.stderr, { colour: !process.env['NO_COLOR'] });
  return destination({ dest: 2, sync: true });
}
