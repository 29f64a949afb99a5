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
  /** The program's name, written to each line. */
  readonly app: string;
  /** Default `info`. */
  readonly level?: LogLevel;
  /** The destination of the lines. Default: standard error, as JSON, or as short readable lines if it is a terminal. */
  readonly destination?: DestinationStream;
}

/** Members that are never written, down to the third level. */
const REDACTED_MEMBERS = ['authorization', 'password', 'secret', 'token', 'apiKey', 'apiKeys', 'connectionString'];

/**
 * Creates a logger that writes one JSON object per line: `level` (a word), `time` (RFC 3339), `app`, `msg`, then the given members.
 * Writing is synchronous, so that the last lines before a crash are not lost.
 */
export function makeLogger({ app, level = 'info', destination: given }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { app },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: serializedError },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
    },
    given ?? standardError(),
  );
}

/** Serializes an error like pino, without the member `client` that the pool of pg adds: it contains the connection's settings. */
function serializedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (Object.hasOwn(error, 'client')) Object.defineProperty(error, 'client', { enumerable: false });
  return stdSerializers.err(error);
}

/** A logger that writes nothing, for specs and tools. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

function standardError(): DestinationStream {
  // `process.stderr.isTTY` is false in worker threads, so the descriptor is checked.
  if (isatty(2)) return terminalLines(process.stderr, { colour: !process.env['NO_COLOR'] });
  return destination({ dest: 2, sync: true });
}
