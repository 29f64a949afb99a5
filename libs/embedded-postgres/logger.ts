/** The part of pino that is used here: fields first, then a message. */
export interface DatabaseLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;

/** Writes nothing. */
export const silent: DatabaseLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
