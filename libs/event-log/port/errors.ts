/** Stable names of what can go wrong with a log. */
export type LogErrorCode =
  | 'log-unavailable'
  | 'log-not-ready'
  | 'log-replaced'
  | 'log-unsafe'
  | 'log-differs'
  | 'log-format'
  | 'record-too-large'
  | 'invalid-record'
  | 'out-of-range'
  | 'ownership-lost';

/** A broken promise of the log, or of its caller. `cause` is the driver's own error where there is one. */
export abstract class LogError extends Error {
  abstract readonly code: LogErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The log cannot be reached, or takes nothing just now (read-only, disk full): the same may succeed later. */
export class LogUnavailable extends LogError {
  readonly code = 'log-unavailable';
}

/** Setup has not run, or not for this topic; the message names what is missing. */
export class LogNotReady extends LogError {
  readonly code = 'log-not-ready';
}

/** This is another log than the one that was begun with, or that a reader's positions belong to; or it has lost what it had. */
export class LogReplaced extends LogError {
  readonly code = 'log-replaced';
}

/** A topic is set to lose what was acknowledged: nothing is to be acknowledged until that is mended. */
export class LogUnsafe extends LogError {
  readonly code = 'log-unsafe';
}

/** What setup found is laid out otherwise than what was asked for; nothing was changed. */
export class LogDiffers extends LogError {
  readonly code = 'log-differs';
}

/** The log is of a format that this build does not read: an older or a newer build made it. */
export class LogOfOtherFormat extends LogError {
  readonly code = 'log-format';
}

/** The log will never take this: a record, or the records of one append, above MAX_APPEND_BYTES. */
export class RecordTooLarge extends LogError {
  readonly code = 'record-too-large';
}

/** The caller's mistake: a header that is no text, or no text at all. */
export class InvalidRecord extends LogError {
  readonly code = 'invalid-record';
}

/** A position that the log does not have. */
export class OutOfRange extends LogError {
  readonly code = 'out-of-range';

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly position: number,
    /** The position after the last record. */
    readonly end: number,
  ) {
    super(`position ${position} of ${topic}/${partition} is not in the log, which ends at ${end}`);
  }
}

/** Another process owns the partition by now, or may. */
export class OwnershipLost extends LogError {
  readonly code = 'ownership-lost';
}
