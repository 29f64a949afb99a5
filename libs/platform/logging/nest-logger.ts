import type { LoggerService } from '@nestjs/common';

import type { Logger } from './make-logger';

/** Contexts of Nest's start-up messages, which are logged at `debug`. */
const STARTUP_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** A logger for Nest that writes to ours. Nest's last text parameter is the context; the stack of an error is logged as `err`. */
export function nestLogger(logger: Logger): LoggerService {
  const at =
    (level: 'info' | 'warn' | 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]) => {
      const context = contextOf(rest);
      const chatter = level === 'info' && context !== undefined && STARTUP_CONTEXTS.has(context);
      logger[chatter ? 'debug' : level]({ context }, textOf(message));
    };
  const failing =
    (level: 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) => {
      logger[level]({ context: contextOf(rest), err: errorOf(message, rest) }, textOf(message));
    };
  return {
    log: at('info'),
    warn: at('warn'),
    debug: at('debug'),
    verbose: at('trace'),
    error: failing('error'),
    fatal: failing('fatal'),
  };
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' && !last.includes('\n') ? last : undefined;
}

function errorOf(message: unknown, rest: readonly unknown[]): unknown {
  if (message instanceof Error) return message;
  const error = rest.find((item) => item instanceof Error);
  if (error !== undefined) return error;
  const stack = rest.find((item) => typeof item === 'string' && item.includes('\n'));
  return stack === undefined ? undefined : { stack };
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
