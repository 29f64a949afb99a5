import { failpoint } from '@mps-ledger/platform';
import type { HeldBytes } from './message-room';
import type { QueueMessage } from './notification-queue';
import type { QueueContext } from './queue-context';

/** A long poll takes seconds when nothing comes. A queue that does not wait is not asked again at once. */
const SHORT_POLL_MS = 500;

/**
 * The step `receive`: polls the queue once. Where the log takes no records nothing is received, and the list is empty; so it
 * is after an empty poll. Rejects as the queue does.
 */
export async function receiveMessages(context: QueueContext, held: HeldBytes): Promise<readonly QueueMessage[]> {
  const { source, queue, room, state, metrics, logger, logLimiter, stopping } = context;
  await room.whenFree(stopping);
  const problem = await context.logProblem();
  const hadLog = state.hadLog;
  if (state.logSeen(problem))
    // At the start the log is found a moment later.
    logger[hadLog ? 'warn' : 'info'](
      { source: source.id, code: problem },
      'nothing is received from the queue: the log takes no records',
    );
  if (problem !== null) return [];
  const began = performance.now();
  const messages = await poll(context, held);
  if (messages.length === 0 && performance.now() - began < SHORT_POLL_MS) state.emptyAtOnce();
  if (state.answered(messages.length) && logLimiter.pass('answers') !== null)
    logger.info({ source: source.id, queue: queue.place }, 'the queue answers again');
  metrics.polled(messages.length === 0 ? 'empty' : 'messages');
  if (messages.length === 0 || stopping.aborted) return messages;
  failpoint('source-queue.received');
  warnOfAge(context, messages);
  return messages;
}

async function poll(
  { queue, state, metrics, stopping }: QueueContext,
  held: HeldBytes,
): Promise<readonly QueueMessage[]> {
  try {
    return await queue.receive(state.nextPoll, stopping, held);
  } catch (error) {
    if (!stopping.aborted) metrics.polled('failed');
    throw error;
  }
}

/** Warns in time: what is older than the queue's limit is lost there, without a trace. */
function warnOfAge(
  { source, queue, metrics, logger, logLimiter }: QueueContext,
  messages: readonly QueueMessage[],
): void {
  const times = messages.map(({ sentAt }) => sentAt).filter((time) => time !== undefined);
  if (times.length === 0) return;
  const ageMs = Math.max(0, Date.now() - Math.min(...times));
  metrics.oldest(ageMs);
  if (ageMs <= queue.maxUnackedMs / 2 || logLimiter.pass('age') === null) return;
  logger.warn(
    { source: source.id, oldest_seconds: Math.round(ageMs / 1000), limit_seconds: queue.maxUnackedMs / 1000 },
    'messages were in the queue for more than half of the time after which it forgets them: run more of ingest, or raise that time in the settings of the queue',
  );
}
