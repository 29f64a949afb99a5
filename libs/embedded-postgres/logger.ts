/** The part of pino that is used here: fields first, then a sentence. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;

/** Says nothing to nobody. */
export const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
