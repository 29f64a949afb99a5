import { hash } from 'node:crypto';
import { BODY_LIMITS } from '@mps-ledger/platform';
import type { Delivery } from '../receive';
import type { ReceiveResult, UnavailableCode } from '../receive-result';
import type { QueueMessage } from './notification-queue';
import type { QueueContext } from './queue-context';

/** Messages by what became of them. */
export interface TakenMessages {
  /** On the log, also as rejected: they may be deleted. */
  readonly logged: readonly QueueMessage[];
  /** Not on the log, as far as is known. */
  readonly left: readonly QueueMessage[];
  /** Why the last of them is not. */
  readonly code: UnavailableCode | null;
  readonly cause?: unknown;
}

/** The step `take`: every message becomes a raw record, whatever its bytes. Never rejects. */
export async function takeMessages(context: QueueContext, messages: readonly QueueMessage[]): Promise<TakenMessages> {
  const results = await Promise.all(messages.map((message) => takeMessage(context, message)));
  const isLogged = (at: number): boolean => ['accepted', 'refused'].includes(results[at]?.outcome ?? '');
  const logged = messages.filter((_, at) => isLogged(at));
  const left = messages.filter((_, at) => !isLogged(at));
  const failure = results.findLast((result) => result.outcome === 'unavailable');
  if (logged.length > 0) context.state.logged(Math.max(...logged.map(({ bytes }) => bytes.length)));
  context.metrics.messages('logged', logged.length);
  noteTooLarge(context, messages, results);
  return { logged, left, code: failure?.code ?? null, cause: failure?.cause };
}

/** Messages whose size the log refuses are left: they come again, and are logged once its limit is raised. */
function noteTooLarge(
  { source, state, metrics, logger, logLimiter, queue }: QueueContext,
  messages: readonly QueueMessage[],
  results: readonly ReceiveResult[],
): void {
  for (const [at, { bytes, transportIds }] of messages.entries()) {
    const result = results[at];
    if (result?.outcome !== 'unavailable' || result.code !== 'record-too-large') continue;
    state.refusedSize(bytes.length);
    metrics.messages('too-large', 1);
    if (logLimiter.pass('too-large') === null) continue;
    const reason = result.cause instanceof Error ? result.cause.message : result.code;
    logger.error(
      { source: source.id, bytes: bytes.length, reason, limit_seconds: queue.maxUnackedMs / 1000, ...transportIds },
      'the log refuses the size of a message, which is left in the queue: raise max.message.bytes of the raw topic (docs/accidents.md) before the queue forgets the message',
    );
  }
}

async function takeMessage(
  { source, receive, logger, logLimiter }: QueueContext,
  message: QueueMessage,
): Promise<ReceiveResult> {
  const { bytes, transportIds, remark } = message;
  const delivery: Delivery = { source, transportIds };
  const result = await (bytes.length > BODY_LIMITS.bodyBytes
    ? receive.refuseOversize(delivery, oversize(bytes))
    : receive.take(delivery, bytes));
  const unread = result.outcome === 'accepted' ? result.unread : result.outcome === 'refused' ? result.code : undefined;
  const what = remark ?? unread;
  if (what !== undefined && logLimiter.pass(`message ${what}`) !== null)
    logger.warn(
      { source: source.id, reason: what, bytes: bytes.length, ...transportIds },
      'a message of the queue is no notification; it is logged and deleted',
    );
  return result;
}

/**
 * A body above the limit of a notification, of which only the digest is kept. No queue delivers one today: a message of CMQ has 1 MB at most, one of
 * SQS 1 MiB. The bound is for a service that answers more.
 */
function oversize(bytes: Buffer) {
  const { bodyBytes, prefixBytes } = BODY_LIMITS;
  return {
    ...({ kind: 'oversize', allowed: bodyBytes, size: bytes.length, truncated: false } as const),
    digest: hash('sha256', bytes),
    prefix: bytes.subarray(0, prefixBytes),
  };
}
