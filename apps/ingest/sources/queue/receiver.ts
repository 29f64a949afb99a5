import { pause } from '@mps-ledger/platform';
import { deleteMessages } from './delete';
import { leaveMessages } from './leave';
import { queueFailureOf } from './notification-queue';
import type { QueueContext } from './queue-context';
import { receiveMessages } from './receive';
import { takeMessages } from './take';

/** Runs one receiver of a queue until it is to stop: receive, take, leave, delete. Resolves when nothing is in flight; never rejects. */
export async function runReceiver(context: QueueContext): Promise<void> {
  const { state, stopping } = context;
  while (!stopping.aborted) {
    await receiveOnce(context).catch((error: unknown) => reportFailure(context, error));
    if (state.pauseMs > 0) await pause(state.pauseMs, stopping);
  }
}

async function receiveOnce(context: QueueContext): Promise<void> {
  const held = context.room.open();
  try {
    const messages = await receiveMessages(context, held);
    if (messages.length === 0) return;
    const taken = await takeMessages(context, messages);
    leaveMessages(context, taken);
    await deleteMessages(context, taken.logged);
  } finally {
    held.release();
  }
}

function reportFailure(context: QueueContext, error: unknown): void {
  const { source, queue, state, logger, logLimiter, stopping } = context;
  if (stopping.aborted) return;
  const failure = queueFailureOf(error);
  if (!state.failed(failure) || logLimiter.pass(`failed ${failure.code}`) === null) return;
  const { code, message, kind } = failure;
  const line = { source: source.id, queue: queue.place, code, reason: message, next_try_ms: Math.round(state.pauseMs) };
  if (kind === 'configuration')
    logger.error(line, 'the source is misconfigured; it is tried every minute until this is corrected');
  else logger.warn(line, 'the queue failed; it is tried again');
}
