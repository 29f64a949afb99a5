import type { NotificationQueue, QueueMessage } from '../../ingest/sources/queue/notification-queue';
import { finding, notChecked, ok, warning, type CheckItem } from '../check';
import { inTime } from '../in-time';
import { firstLine, sentences } from '../item-of-error';

const MOST_MS = 12_000;
/** Messages that wait longer are not just under way. */
const MOST_WAIT_MS = 60_000;

/** What waits in a queue. */
export interface WaitingMessages {
  /** Null: the queue did not say. */
  readonly count: number | null;
  /** When the oldest that is known was sent, unix ms. */
  readonly oldest: number | undefined;
}

/** Receives one message and deletes none: what was received becomes visible again, after as long as the queue hides it. */
export async function tryReceiving(
  queue: NotificationQueue,
): Promise<{ readonly item: CheckItem; readonly message?: QueueMessage }> {
  try {
    const [message] = await queue.receive(1, AbortSignal.timeout(MOST_MS));
    const what = message === undefined ? 'no message is there' : 'one message was received, and left in the queue';
    return { item: ok(`${queue.place} can be received from: ${what}`), ...(message !== undefined && { message }) };
  } catch (error) {
    return { item: itemOfQueueFailure(error, queue.place) };
  }
}

/** Where a received message would be hidden for long, none is received. */
export const receivingRefused = (queue: NotificationQueue, visible: number, hiddenSeconds: number): CheckItem =>
  notChecked(
    `whether ${queue.place} can be received from was not tried: a message would be hidden for ${hiddenSeconds} s, and ${visible} are there`,
  );

/** What a failure of a queue means; its message says what to do where that is known. */
export function itemOfQueueFailure(error: unknown, place: string): CheckItem {
  const { failure, kind = failure } = Object(error) as { readonly failure?: unknown; readonly kind?: unknown };
  const [what, fix] = sentences(firstLine(error), UNREACHABLE);
  return kind === 'throttled' ? warning(what, fix, place) : finding(what, fix, place);
}

const UNREACHABLE =
  'see whether this machine reaches the address of the queue, and correct it where it is wrong: docs/sources.md, “What goes wrong”';

/** Messages that nobody receives, and how soon the queue forgets them. Pure. */
export function judgeWaiting(
  { count, oldest }: WaitingMessages,
  { place, maxUnackedMs }: Pick<NotificationQueue, 'place' | 'maxUnackedMs'>,
  { now, isRunning }: { readonly now: number; readonly isRunning: boolean },
): readonly CheckItem[] {
  const age = oldest === undefined ? 0 : now - oldest;
  if (count === 0 || age <= MOST_WAIT_MS) return [];
  const isLate = age > maxUnackedMs / 2;
  const what =
    `${count === null ? 'messages wait' : `${count} messages wait`} to be received, one of them for ${inTime(age)}` +
    (isLate ? `; the queue forgets messages ${inTime(maxUnackedMs)} after they were sent, unless that was raised` : '');
  const fix =
    (isRunning ? 'see whether ingest runs and its /readyz?verbose names this source' : 'npm start') +
    (isLate ? '; meanwhile raise that time in the console of the queue' : '');
  return [isRunning || isLate ? finding(what, fix, place) : warning(what, fix, place)];
}
