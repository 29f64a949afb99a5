/** The part of pino's interface that is used here: fields first, then a message. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;

/** Discards everything. */
export const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
