import type { LoggerService } from '@nestjs/common';

import type { Logger } from './make-logger';

/** What Nest says of its own start-up; of interest only when something is wrong with it. */
const CHATTER = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Lets Nest write through our logger. Its last text parameter is the context; an error's stack goes under `err`. */
export function nestLogger(logger: Logger): LoggerService {
  const at =
    (level: 'info' | 'warn' | 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]) => {
      const context = contextOf(rest);
      const chatter = level === 'info' && context !== undefined && CHATTER.has(context);
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
