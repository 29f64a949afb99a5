import { CmqError, makeCmqClient } from '@mps-ledger/cmq';
import { makeCmqNotificationQueue } from '../../ingest/sources/cmq/cmq-notification-queue';
import type { CmqQueueSource } from '../../ingest/sources/notification-sources';
import { notChecked, type CheckItem } from '../check';
import type { LedgerView } from '../ledger';
import { isRunning } from './is-running';
import { itemOfQueueFailure, judgeWaiting, receivingRefused, tryReceiving } from './queue';

const MOST_MS = 8_000;
/** A message that is received and not deleted is hidden so long; where that is longer, none is received while there are some. */
const MOST_HIDDEN_SECONDS = 60;

type Attributes = Readonly<Record<string, number>>;

/** A queue of (TDMQ-)CMQ: its attributes, and a receive without a delete where that hides nothing for long. */
export async function checkCmqQueue(source: CmqQueueSource, ledger: LedgerView): Promise<readonly CheckItem[]> {
  const client = makeCmqClient({ ...source, marginMs: MOST_MS });
  const queue = makeCmqNotificationQueue(source);
  try {
    const attributes = await client.attributes().catch((error: unknown) => error);
    if (!isAttributes(attributes) && !mayLackRight(attributes)) return [itemOfQueueFailure(attributes, queue.place)];
    const { activeMsgNum: visible = 0, inactiveMsgNum = 0, visibilityTimeout = 0, minMsgTime } = numbersIn(attributes);
    if (visible > 0 && visibilityTimeout > MOST_HIDDEN_SECONDS)
      return [receivingRefused(queue, visible, visibilityTimeout), ...(await waiting(visible, minMsgTime))];
    const { item, message } = await tryReceiving(queue);
    const sent = message?.sentAt === undefined ? minMsgTime : message.sentAt / 1_000;
    const unknown = notChecked('how many messages are in the queue is not known: the key may not read its attributes');
    const others = isAttributes(attributes) ? await waiting(visible + inactiveMsgNum, sent) : [unknown];
    return item.status === 'finding' ? [item] : [item, ...others];
  } finally {
    client.close();
    queue.close();
  }

  /** @param sent unix seconds */
  async function waiting(count: number, sent: number | undefined): Promise<readonly CheckItem[]> {
    const oldest = sent === undefined || sent === 0 ? undefined : sent * 1_000;
    return judgeWaiting({ count, oldest }, queue, { now: Date.now(), isRunning: await isRunning(ledger) });
  }
}

const isAttributes = (found: unknown): found is Attributes => !(found instanceof CmqError) && !(found instanceof Error);

const numbersIn = (found: unknown): Attributes => (isAttributes(found) ? found : {});

/** The code for a wrong key is also that for a key that may receive, and not read attributes. */
const mayLackRight = (error: unknown): boolean => error instanceof CmqError && error.code === 'cmq-4100';
