import type { QueueContext } from './queue-context';
import type { TakenMessages } from './take';

/** The step `leave`: what is not on the log stays in the queue, where it becomes visible again. */
export function leaveMessages(context: QueueContext, { logged, left, code, cause }: TakenMessages): void {
  const { source, state, metrics, logger, logLimiter } = context;
  if (left.length === 0) return;
  metrics.messages('left', left.length);
  // Where the log took some of them, it is there.
  if (code !== null && logged.length === 0) state.logRefused(code);
  // Of messages that are too large `take` has said so.
  if (code === 'record-too-large' || logLimiter.pass(`left ${code}`) === null) return;
  logger.warn(
    { source: source.id, messages: left.length, code, reason: cause instanceof Error ? cause.message : undefined },
    'the log did not take messages: they are left in the queue',
  );
}
