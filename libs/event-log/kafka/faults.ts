import { LogError, LogNotReady, LogUnavailable, RecordTooLarge } from '../port/errors';

/** Answers of brokers where setup must run, or a right must be granted. */
const NOT_SET_UP: ReadonlyMap<string, string> = new Map([
  ['UNKNOWN_TOPIC_OR_PARTITION', 'the topic or partition is missing: run setup'],
  ['INVALID_TOPIC_EXCEPTION', 'the topic cannot exist by this name'],
  ['TOPIC_AUTHORIZATION_FAILED', 'this user may not use the topic: grant it'],
  ['GROUP_AUTHORIZATION_FAILED', 'this user may not use the group: grant it'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'this user may not do this in the cluster: grant it'],
]);

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

const REFUSED_SIZE = 'the brokers refuse its size: the topic’s max.message.bytes is lower than setup makes it';

/** Answers that a retry does not change. */
const FINAL = new Set([...NOT_SET_UP.keys(), ...TOO_LARGE, 'OFFSET_OUT_OF_RANGE']);

/** Answers to a member that is no longer in the group, or not of its generation. */
const NO_MEMBER = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/** The error name in Kafka's protocol, from the error or its causes; undefined where no broker answered. */
export function answerOf(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('type' in one && typeof one.type === 'string') return one.type;
  }
  return undefined;
}

export function isFinal(error: unknown): boolean {
  return FINAL.has(answerOf(error) ?? '');
}

export function meansNoMember(error: unknown): boolean {
  return NO_MEMBER.has(answerOf(error) ?? '');
}

/**
 * Maps any failure of the brokers, or of the connection to them, to the port's errors: `LogNotReady` where setup has to run,
 * `RecordTooLarge`, else `LogUnavailable`, which may be temporary. Errors of this library are returned unchanged.
 */
export function toLogError(error: unknown): LogError {
  if (error instanceof LogError) return error;
  const answer = answerOf(error) ?? '';
  const message = error instanceof Error ? error.message : String(error);
  const notSetUp = NOT_SET_UP.get(answer);
  if (notSetUp !== undefined) return new LogNotReady(`${notSetUp} (${message})`, { cause: error });
  if (TOO_LARGE.has(answer)) return new RecordTooLarge(`${REFUSED_SIZE} (${message})`, { cause: error });
  return new LogUnavailable(`the log cannot be used: ${message}`, { cause: error });
}
