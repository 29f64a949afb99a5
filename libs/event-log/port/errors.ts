/** Stable codes of log errors. */
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

/** A broken guarantee of the log, or a mistake of its caller. `cause` is the driver's own error where there is one. */
export abstract class LogError extends Error {
  abstract readonly code: LogErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The log cannot be reached, or accepts no append at present (read-only, disk full): the same may succeed later. */
export class LogUnavailable extends LogError {
  readonly code = 'log-unavailable';
}

/** There is no room for an append, as too many bytes wait to be appended to the topic already: it was not appended. */
export class TooManyWaiting extends LogUnavailable {}

/** An append was not answered in time. It may be in the log nevertheless, or get there; if it still waited, it does not. */
export class AppendUnanswered extends LogUnavailable {}

/** Setup has not run, or not for this topic; the message says what is missing. */
export class LogNotReady extends LogError {
  readonly code = 'log-not-ready';
}

/** The log is not the expected one, or not the one of a reader's positions; or it has lost records. */
export class LogReplaced extends LogError {
  readonly code = 'log-replaced';
}

/** A topic is set to lose what was acknowledged: nothing may be acknowledged until that is fixed. */
export class LogUnsafe extends LogError {
  readonly code = 'log-unsafe';
}

/** Setup found another layout than the requested one; nothing was changed. */
export class LogDiffers extends LogError {
  readonly code = 'log-differs';
}

/** The log is of a format that this build does not read: an older or a newer build created it. */
export class LogOfOtherFormat extends LogError {
  readonly code = 'log-format';
}

/** The log never accepts this: a record, or the records of one append, above MAX_APPEND_BYTES. */
export class RecordTooLarge extends LogError {
  readonly code = 'record-too-large';
}

/** The caller's mistake: no record, or a header that is no text. */
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

/** Another process owns the partition, or may own it. */
export class OwnershipLost extends LogError {
  readonly code = 'ownership-lost';
}
