import { LogError, LogNotReady, LogUnavailable, RecordTooLarge } from '../port/errors';

/** What brokers answer where setup has to run, or somebody has to grant something. */
const NOT_SET_UP: ReadonlyMap<string, string> = new Map([
  ['UNKNOWN_TOPIC_OR_PARTITION', 'the topic or partition is missing: run setup'],
  ['INVALID_TOPIC_EXCEPTION', 'the topic cannot exist by this name'],
  ['TOPIC_AUTHORIZATION_FAILED', 'this user may not use the topic: grant it'],
  ['GROUP_AUTHORIZATION_FAILED', 'this user may not use the group: grant it'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'this user may not do this in the cluster: grant it'],
]);

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

const REFUSED_SIZE = 'the brokers refuse its size: the topic’s max.message.bytes is lower than setup makes it';

/** Answers that asking anew, with other brokers or later, does not change. */
const FINAL = new Set([...NOT_SET_UP.keys(), ...TOO_LARGE, 'OFFSET_OUT_OF_RANGE']);

/** Answers that say that this member of a group is none any more, or not of this generation. */
const NO_MEMBER = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/** The broker's answer, by its name in Kafka's protocol, wherever kafkajs wrapped it; undefined: there was none. */
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
 * Whatever went wrong on the way to the brokers, or in them, in the port's words: `LogNotReady` where setup has to run,
 * `RecordTooLarge`, else `LogUnavailable`: it may pass. Errors of this library stay what they are.
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
