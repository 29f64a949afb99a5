import type { SqsSource } from '../../ingest/sources/notification-sources';
import { makeSqsNotificationQueue } from '../../ingest/sources/sqs/sqs-notification-queue';
import type { CheckItem } from '../check';
import type { LedgerView } from '../ledger';
import { isRunning } from './is-running';
import { judgeWaiting, tryReceiving } from './queue';

/** A queue of AWS SQS: a receive without a delete, after which the message is visible at once. Ingest's key has no right to more. */
export async function checkSqsQueue(source: SqsSource, ledger: LedgerView): Promise<readonly CheckItem[]> {
  const queue = makeSqsNotificationQueue({ ...source, pollSeconds: 0, hiddenSeconds: 0 });
  try {
    const { item, message } = await tryReceiving(queue);
    if (message === undefined) return [item];
    const found = { count: null, oldest: message.sentAt };
    return [item, ...judgeWaiting(found, queue, { now: Date.now(), isRunning: await isRunning(ledger) })];
  } finally {
    queue.close();
  }
}
