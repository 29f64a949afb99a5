import { failpoint } from '@mps-ledger/platform';
import type { QueueMessage, Undeleted } from './notification-queue';
import type { QueueContext } from './queue-context';

/**
 * The third word of a receiver: deletes messages that are on the log, and only those. What fails is tried once more unless its handle
 * is invalid; after that it comes again, as a duplicate. Rejects as the queue does.
 */
export async function deleteMessages(context: QueueContext, logged: readonly QueueMessage[]): Promise<void> {
  const handles = logged.map(({ handle }) => handle).filter((handle) => handle !== undefined);
  if (logged.length > handles.length) report(context, logged.length - handles.length, 'no-handle');
  if (handles.length === 0) return;
  failpoint('source-queue.before-delete');
  const undeleted = await deleteTwice(context, handles);
  failpoint('source-queue.after-delete');
  context.metrics.messages('deleted', handles.length - undeleted.length);
  if (undeleted.length > 0) report(context, undeleted.length, undeleted[0]?.code);
}

async function deleteTwice(
  { queue, metrics, overdue }: QueueContext,
  handles: readonly string[],
): Promise<readonly Undeleted[]> {
  try {
    const failed = await queue.delete(handles, overdue);
    const again = failed.filter(({ isInvalid }) => !isInvalid).map(({ handle }) => handle);
    if (again.length === 0) return failed;
    const failedAgain = await queue.delete(again, overdue);
    return [...failed.filter(({ isInvalid }) => isInvalid), ...failedAgain];
  } catch (error) {
    metrics.messages('not-deleted', handles.length);
    throw error;
  }
}

function report({ source, metrics, logger, seldom }: QueueContext, count: number, code: string | undefined): void {
  metrics.messages('not-deleted', count);
  if (seldom.pass(`not-deleted ${code}`) === null) return;
  logger.warn(
    { source: source.id, messages: count, code },
    'messages are on the log and were not deleted from the queue: they come again, as duplicates, which do no harm',
  );
}
