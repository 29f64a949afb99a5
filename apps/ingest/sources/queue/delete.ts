import { failpoint } from '@mps-ledger/platform';
import { QueueFailure, type QueueMessage, type Undeleted } from './notification-queue';
import type { QueueContext } from './queue-context';

/**
 * The step `delete`: deletes messages that are on the log, and only those. What fails is tried once more unless its handle is
 * invalid; after that it comes again, as a duplicate. Rejects as the queue does, and with a `QueueFailure` where nothing was deleted: the
 * source then receives one message at a time, more and more slowly, so that the log is not filled with duplicates.
 */
export async function deleteMessages(context: QueueContext, logged: readonly QueueMessage[]): Promise<void> {
  if (logged.length === 0) return;
  const { source, queue, state, metrics, logger } = context;
  const handles = logged.map(({ handle }) => handle).filter((handle) => handle !== undefined);
  if (logged.length > handles.length) report(context, logged.length - handles.length, 'no-handle');
  failpoint('source-queue.before-delete');
  const undeleted = handles.length === 0 ? [] : await deleteTwice(context, handles);
  failpoint('source-queue.after-delete');
  metrics.messages('deleted', handles.length - undeleted.length);
  const code = undeleted[0]?.code;
  if (undeleted.length > 0) report(context, undeleted.length, code);
  if (undeleted.length === handles.length) throw nothingDeleted(context, logged.length, code ?? 'no-handle');
  if (state.deleted()) logger.info({ source: source.id, queue: queue.place }, 'the queue deletes again');
}

function nothingDeleted({ state }: QueueContext, count: number, code: string): QueueFailure {
  state.deletedNothing();
  return new QueueFailure(
    code,
    'unavailable',
    `The queue deleted none of ${count} messages (${code}), which are on the log: they come again, as duplicates. ` +
      'Check the right to delete, and that the visibility timeout is longer than logging takes.',
  );
}

async function deleteTwice(
  { queue, state, metrics, overdue }: QueueContext,
  handles: readonly string[],
): Promise<readonly Undeleted[]> {
  let left = handles;
  try {
    const failed = await queue.delete(left, overdue);
    left = failed.filter(({ isInvalid }) => !isInvalid).map(({ handle }) => handle);
    if (left.length === 0) return failed;
    const failedAgain = await queue.delete(left, overdue);
    return [...failed.filter(({ isInvalid }) => isInvalid), ...failedAgain];
  } catch (error) {
    if (left.length === handles.length) state.deletedNothing();
    metrics.messages('not-deleted', left.length);
    throw error;
  }
}

function report({ source, metrics, logger, logLimiter }: QueueContext, count: number, code: string | undefined): void {
  metrics.messages('not-deleted', count);
  if (logLimiter.pass(`not-deleted ${code}`) === null) return;
  logger.warn(
    { source: source.id, messages: count, code },
    'messages are on the log and were not deleted from the queue: they come again, as duplicates, which do no harm',
  );
}
